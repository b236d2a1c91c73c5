package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.frame.Score;
import dev.comporta.inference.Forecaster;
import dev.comporta.training.metrics.Quantiles;
import dev.comporta.training.metrics.RegressionErrors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The errors of a forecaster of one column next to those of the baselines.
 *
 * @param forecaster what was scored
 * @param target the column
 * @param errors its errors
 * @param baselines the baselines, of the first series
 * @param others their errors on the same rows, by name
 * @param forecasts how many forecasts were scored
 */
record ForecastScores(
    Forecaster forecaster,
    String target,
    TargetErrors errors,
    Baselines baselines,
    Map<String, TargetErrors> others,
    int forecasts) {
  private static final String PINBALL = "pinball";

  /** The outer interval of quantiles in words. */
  static String outer(Quantiles quantiles) {
    return formatted(
        "interval from the quantile %s to %s",
        quantiles.levels().getFirst(), quantiles.levels().getLast());
  }

  /** A fraction in words, such as {@code 80 %}. */
  static String percent(double fraction) {
    return formatted("%.3g %%", 100 * fraction);
  }

  private boolean isRanged() {
    return forecaster.quantiles().isPresent();
  }

  /** What the models of quantiles are compared by, and the others. */
  private static double measure(TargetErrors of, boolean ranged) {
    return ranged
        ? of.ranges().map(it -> it.pinball()).orElse(Double.POSITIVE_INFINITY)
        : of.all().rmse();
  }

  /** The baseline with the lowest error. */
  private String best(boolean ranged) {
    String best = others.keySet().iterator().next();
    for (var other : others.entrySet()) {
      if (measure(other.getValue(), ranged) < measure(errorsOf(best), ranged)) {
        best = other.getKey();
      }
    }
    return best;
  }

  private TargetErrors errorsOf(String name) {
    return Objects.requireNonNull(others.get(name));
  }

  private Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    errors.putAll(figures, "");
    others.forEach((name, other) -> other.putAll(figures, name + "_"));
    figures.put("forecasts", forecasts);
    figures.put("scale", forecaster.scale().logarithmic() ? "log" : "level");
    figures.put("season", baselines.season());
    errors.putSteps(figures, "");
    others.forEach((name, other) -> other.putSteps(figures, name + "_"));
    figures.put("best_baseline_rmse_by_step", errorsOf(best(false)).errors().rmseByStep());
    forecaster
        .quantiles()
        .ifPresent(levels -> {
          figures.put("quantiles", levels.levels());
          figures.put("expected_coverage", levels.width());
        });
    return figures;
  }

  /** The figures, the text and the best baseline. */
  Score score() {
    boolean ranged = isRanged() && others.values().stream().anyMatch(it -> it.ranges().isPresent());
    String best = best(ranged);
    Score score = Score.lower(isRanged() ? PINBALL : "rmse", figures(), text());
    return isRanged() && !ranged // too few rows for quantiles of the baselines' errors
        ? score
        : score.against(baselines.words(best), measure(errorsOf(best), ranged));
  }

  /**
   * Several columns: each figure is the mean of those of the columns. They are compared by their
   * MASE, which has no unit, if it is known.
   */
  static Score together(List<ForecastScores> scores) {
    List<Map<String, Object>> each = scores.stream().map(ForecastScores::figures).toList();
    Map<String, Object> figures = new LinkedHashMap<>();
    for (var figure : each.getFirst().entrySet()) {
      String name = figure.getKey();
      if (!each.stream().allMatch(it -> it.containsKey(name))) {
        continue;
      }
      List<Object> values = each.stream().map(it -> Objects.requireNonNull(it.get(name))).toList();
      figures.put(name, figure.getValue() instanceof Double ? mean(values) : figure.getValue());
      if (name.endsWith("_by_step")) {
        figures.put(name, means(values));
      }
    }
    Map<String, Object> targets = new LinkedHashMap<>();
    for (int i = 0; i < scores.size(); i++) {
      targets.put(Printable.quote(scores.get(i).target()), each.get(i));
    }
    figures.put("targets", targets);
    String metric = figures.containsKey("mase") ? "mase" : "rmse";
    String best = "";
    double least = Double.POSITIVE_INFINITY;
    for (String name : scores.getFirst().others().keySet()) {
      if (figures.get(name + "_" + metric) instanceof Double value && value < least) {
        best = name;
        least = value;
      }
    }
    Score score =
        Score.lower(
            metric,
            figures,
            scores.stream()
                .map(ForecastScores::text)
                .collect(Collectors.joining(System.lineSeparator())));
    return best.isEmpty() ? score : score.against(scores.getFirst().baselines().words(best), least);
  }

  private static double mean(List<?> values) {
    double sum = 0;
    for (Object value : values) {
      sum += value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
    return sum / values.size();
  }

  private static List<Double> means(List<Object> lists) {
    List<Double> means = new ArrayList<>();
    int steps = lists.getFirst() instanceof List<?> first ? first.size() : 0;
    for (int step = 0; step < steps; step++) {
      List<Object> values = new ArrayList<>();
      for (Object list : lists) {
        values.add(Objects.requireNonNull(((List<?>) list).get(step)));
      }
      means.add(mean(values));
    }
    return means;
  }

  private String words(TargetErrors of, String mase) {
    StringBuilder words =
        new StringBuilder(
            formatted("RMSE %.4g, MAE %.4g%s", of.all().rmse(), of.all().mae(), mase));
    of.ranges()
        .ifPresent(it ->
            words.append(
                formatted(
                    ", pinball loss %.4g%s",
                    it.pinball(),
                    forecaster.quantiles().orElseThrow().count() > 1
                        ? formatted(", coverage %s", percent(it.coverage()))
                        : "")));
    return words.toString();
  }

  private String text() {
    String mase = Double.isNaN(errors.mase()) ? "" : formatted(", MASE %.3g", errors.mase());
    StringBuilder text =
        new StringBuilder(
            formatted(
                "%s: %s, sMAPE %.3g %% over %,d forecasts of %d %s",
                Printable.quote(target),
                words(errors, mase),
                errors.all().smape(),
                forecasts,
                forecaster.horizon(),
                forecaster.horizon() == 1 ? "value" : "values"));
    others.forEach((name, other) ->
        text.append(formatted("%n%s: %s", baselines.words(name), words(other, ""))));
    forecaster
        .quantiles()
        .filter(it -> it.count() > 1)
        .ifPresent(it ->
            text.append(
                formatted(
                    "%ncoverage is the part of the values in the %s; %s are expected",
                    outer(it), percent(it.width()))));
    if (forecaster.horizon() > 1) {
      text.append(steps());
    }
    return text.toString();
  }

  private String steps() {
    String best = best(false);
    StringBuilder text =
        new StringBuilder(
            formatted(
                "%nstep   RMSE        MAE         %s%s: RMSE",
                isRanged() ? "pinball     coverage    " : "", baselines.words(best)));
    List<Double> theirs = errorsOf(best).errors().rmseByStep();
    for (int step = 0; step < forecaster.horizon(); step++) {
      RegressionErrors own = errors.errors().bySteps().get(step);
      int at = step;
      String ranges =
          errors
              .ranges()
              .map(it ->
                  formatted(
                      "%-10.4g  %-10s  ",
                      it.pinballByStep().get(at), percent(it.coverageByStep().get(at))))
              .orElse("");
      text.append(
          formatted(
              "%n%4d   %-10.4g  %-10.4g  %s%-10.4g",
              step + 1, own.rmse(), own.mae(), ranges, theirs.get(step)));
    }
    return text.toString();
  }
}
