package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.frame.Score;
import dev.comporta.inference.Forecaster;
import dev.comporta.training.metrics.HorizonErrors;
import dev.comporta.training.metrics.RegressionErrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * The errors of a forecaster next to those of the baselines.
 *
 * @param forecaster what was scored
 * @param errors its errors
 * @param baselines the baselines
 * @param others their errors on the same rows, by name
 * @param forecasts how many forecasts were scored
 */
record ForecastScores(
    Forecaster forecaster,
    HorizonErrors errors,
    Baselines baselines,
    Map<String, HorizonErrors> others,
    int forecasts) {

  private double mase(RegressionErrors of) {
    return of.mae() / baselines.scale();
  }

  private List<Double> bySteps(ToDoubleFunction<RegressionErrors> measure) {
    return errors.bySteps().stream().map(measure::applyAsDouble).toList();
  }

  /** The figures, the text and the best baseline. */
  Score score() {
    boolean scaled = baselines.scale() > 0;
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("rmse", errors.all().rmse());
    figures.put("mae", errors.all().mae());
    if (scaled) {
      figures.put("mase", mase(errors.all()));
    }
    figures.put("smape", errors.all().smape());
    String best = "last_value";
    for (var other : others.entrySet()) {
      RegressionErrors all = other.getValue().all();
      figures.put(other.getKey() + "_rmse", all.rmse());
      figures.put(other.getKey() + "_mae", all.mae());
      if (all.rmse() < errorsOf(best).all().rmse()) {
        best = other.getKey();
      }
    }
    figures.put("forecasts", forecasts);
    figures.put("scale", forecaster.scale().logarithmic() ? "log" : "level");
    figures.put("season", baselines.season());
    figures.put("rmse_by_step", bySteps(RegressionErrors::rmse));
    figures.put("mae_by_step", bySteps(RegressionErrors::mae));
    if (scaled) {
      figures.put("mase_by_step", bySteps(this::mase));
    }
    figures.put("smape_by_step", bySteps(RegressionErrors::smape));
    figures.put("best_baseline_rmse_by_step", errorsOf(best).rmseByStep());
    return Score.lower("rmse", figures, text(best, scaled))
        .against(baselines.words(best), errorsOf(best).all().rmse());
  }

  private HorizonErrors errorsOf(String name) {
    return Objects.requireNonNull(others.get(name));
  }

  private String text(String best, boolean scaled) {
    StringBuilder text =
        new StringBuilder(
            formatted(
                "%s: RMSE %.4g, MAE %.4g%s, sMAPE %.3g %% over %,d forecasts of %d %s",
                Printable.quote(forecaster.columns().getFirst()),
                errors.all().rmse(),
                errors.all().mae(),
                scaled ? formatted(", MASE %.3g", mase(errors.all())) : "",
                errors.all().smape(),
                forecasts,
                forecaster.horizon(),
                forecaster.horizon() == 1 ? "value" : "values"));
    others.forEach((name, other) ->
        text.append(
            formatted(
                "%n%s: RMSE %.4g, MAE %.4g",
                baselines.words(name), other.all().rmse(), other.all().mae())));
    if (forecaster.horizon() > 1) {
      text.append(formatted("%nstep   RMSE        MAE         %s: RMSE", baselines.words(best)));
      List<Double> theirs = errorsOf(best).rmseByStep();
      for (int step = 0; step < forecaster.horizon(); step++) {
        RegressionErrors own = errors.bySteps().get(step);
        text.append(
            formatted(
                "%n%4d   %-10.4g  %-10.4g  %-10.4g",
                step + 1, own.rmse(), own.mae(), theirs.get(step)));
      }
    }
    return text.toString();
  }
}
