package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * The linear path of a forecaster: a weighted mean of autoregressions, chosen by their forecasts of
 * the last rows of the training part and fitted again to all of it.
 *
 * @param forecast the weighted mean
 * @param members in words, the heaviest one first
 * @param differenced whether those of differences have most of the weight
 * @param rmse the error of the mean on the rows that were held out for the choice, in the unit of
 *     the series
 * @param errors the values of those rows minus their forecasts, normalised, in ascending order for
 *     each step ahead; empty if no row was held out
 * @param heldOut how many rows those were
 */
@SuppressWarnings("ArrayRecordComponent") // created once, never compared
record LinearPath(
    LagForecast forecast,
    List<String> members,
    boolean differenced,
    double rmse,
    double[][] errors,
    int heldOut) {
  /**
   * How often an autoregression is picked, each time the one that improves the mean most (Caruana
   * et al. 2004, <i>Ensemble Selection from Libraries of Models</i>).
   */
  static final int PICKS = 10;

  /** Only the best are picked from. */
  private static final int POOL = 20;

  /** More rows than this say no more about a few dozen coefficients. */
  private static final int MOST_ROWS = 100_000;

  /** More unknowns than this take long. */
  private static final int MOST_UNKNOWNS = 300;

  private static final double[] PENALTIES = {0, 1e-4, 1e-3, 1e-2};
  private static final int[] ORDERS = {1, 2, 3, 6, 12, 24, 36};
  private static final int[] INPUTS = {0, 1, 3};

  LinearPath {
    members = List.copyOf(members);
  }

  /** One of the autoregressions to choose from, and its forecasts. */
  @SuppressWarnings("ArrayRecordComponent") // created once, never compared
  private record Candidate(Autoregression rule, double[] forecasts, double rmse) {}

  /**
   * The rows of a series that may be fitted.
   *
   * @param from the first one
   * @param end one past the last one
   */
  record Span(int from, int end) {}

  /**
   * Where the autoregressions are fitted and compared.
   *
   * @param values normalised {@code [rows, columns]}, on the scale of the forecasts
   * @param columns F, the first to forecast
   * @param spans the training part of each series
   * @param window the most rows that a forecast reads
   * @param horizon H
   * @param season 0 for none
   * @param undo a value of the first column in the unit of the series
   */
  @SuppressWarnings("ArrayRecordComponent") // created once, never compared
  record Part(
      double[] values,
      int columns,
      List<Span> spans,
      int window,
      int horizon,
      int season,
      DoubleUnaryOperator undo) {
    /** The last rows of each span: as many as are worth it. */
    private List<Span> recent() {
      int most = MOST_ROWS / spans.size();
      return spans.stream()
          .map(it -> new Span(Math.max(it.from(), it.end() - most), it.end()))
          .toList();
    }
  }

  /**
   * Chooses and fits.
   *
   * @param part the training part
   * @param difference auto, or yes or no to choose only among autoregressions of differences or
   *     among the others
   * @return the linear path; it repeats the last value if there are too few rows for more
   */
  static LinearPath of(Part part, String difference) {
    List<Span> spans = part.recent();
    RollingOrigins origins = new RollingOrigins(part, spans);
    List<Candidate> candidates = candidates(part, origins, difference);
    if (candidates.isEmpty()) {
      return last(part);
    }
    Map<Autoregression, Integer> picked = new LinkedHashMap<>();
    double[] sum = new double[candidates.getFirst().forecasts().length];
    double rmse = Double.NaN;
    for (int pick = 1; pick <= PICKS; pick++) {
      Candidate best = candidates.getFirst();
      rmse = Double.POSITIVE_INFINITY;
      for (Candidate candidate : candidates) {
        double error = origins.rmse(sum, candidate.forecasts(), pick);
        if (error < rmse) {
          best = candidate;
          rmse = error;
        }
      }
      picked.merge(best.rule(), 1, Integer::sum);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += best.forecasts()[i];
      }
    }
    List<LagForecast> fitted = new ArrayList<>();
    int differences = 0;
    for (var member : picked.entrySet()) {
      Autoregression rule = member.getKey();
      LeastSquares squares = rule.regression(part.columns(), part.horizon());
      for (Span span : spans) {
        rule.extend(squares, part.values(), part.columns(), span.from(), span.from(), span.end());
      }
      LagForecast again = rule.forecast(squares, part.columns(), part.horizon());
      fitted.addAll(Collections.nCopies(member.getValue(), again));
      differences += rule.differences() > 0 ? member.getValue() : 0;
    }
    return new LinearPath(
        LagForecast.mean(fitted),
        picked.entrySet().stream()
            .sorted(Map.Entry.<Autoregression, Integer>comparingByValue().reversed())
            .map(it -> formatted("%d %% %s", 100 * it.getValue() / PICKS, it.getKey().words()))
            .toList(),
        2 * differences > PICKS,
        rmse,
        origins.errors(sum, PICKS),
        origins.heldOut());
  }

  /** The best autoregressions, each with its best penalty. */
  private static List<Candidate> candidates(Part part, RollingOrigins origins, String difference) {
    List<Candidate> candidates = new ArrayList<>();
    for (Autoregression rule : rules(part, difference)) {
      if (origins.forecasts() < 1
          || origins.shortest() < rule.lags()
          || origins.equations(rule) < enough(rule, part)) {
        continue;
      }
      double[] penalties = rule.unknowns(part.columns()) == 1 ? new double[1] : PENALTIES;
      double[][] forecasts = origins.of(rule, penalties);
      Candidate best = null;
      for (int p = 0; p < penalties.length; p++) {
        double rmse = origins.rmse(null, forecasts[p], 1);
        if (Double.isFinite(rmse) && (best == null || rmse < best.rmse())) {
          best = new Candidate(rule.withPenalty(penalties[p]), forecasts[p], rmse);
        }
      }
      if (best != null) {
        candidates.add(best);
        candidates.sort(Comparator.comparingDouble(Candidate::rmse));
        if (candidates.size() > POOL) {
          candidates.removeLast();
        }
      }
    }
    return candidates;
  }

  /** As many equations as the unknowns need, and some more. */
  private static double enough(Autoregression rule, Part part) {
    int unknowns = rule.unknowns(part.columns());
    return unknowns == 1 ? 1 : 1.5 * unknowns + 10;
  }

  /** What fits into the window; simpler ones first. */
  private static List<Autoregression> rules(Part part, String difference) {
    int season = part.season() + 2 <= part.window() ? part.season() : 0;
    Set<Integer> orders = new LinkedHashSet<>();
    orders.add(0);
    for (int order : ORDERS) {
      orders.add(order);
    }
    if (season > 1) {
      orders.add(season);
      orders.add(season + 1);
      orders.add(2 * season);
      orders.add(2 * season + 1);
    }
    List<Autoregression> rules = new ArrayList<>();
    for (int s : season > 1 ? new int[] {0, season} : new int[1]) {
      for (int d = difference.equals("yes") ? 1 : 0; d <= (difference.equals("no") ? 0 : 1); d++) {
        for (int order : orders) {
          for (int inputs : part.columns() > 1 ? INPUTS : new int[1]) {
            Autoregression rule = new Autoregression(d, s, order, inputs, 0);
            if (rule.lags() <= part.window()
                && inputs <= Math.max(order, 1)
                && rule.unknowns(part.columns()) <= MOST_UNKNOWNS) {
              rules.add(rule);
            }
          }
        }
      }
    }
    return rules;
  }

  /** Repeats the last value. */
  static LinearPath last(Part part) {
    double[] weights = new double[part.columns() * part.horizon()];
    for (int h = 0; h < part.horizon(); h++) {
      weights[h] = 1;
    }
    LagForecast same =
        new LagForecast(part.columns(), 1, part.horizon(), weights, new double[part.horizon()]);
    return new LinearPath(same, List.of("the last value"), true, Double.NaN, new double[0][], 0);
  }

  /** The error one step ahead on the rows that were held out, normalised; NaN if there are none. */
  double spread() {
    double squares = 0;
    for (double error : errors.length == 0 ? new double[0] : errors[0]) {
      squares += error * error;
    }
    return errors.length == 0 ? Double.NaN : Math.sqrt(squares / errors[0].length);
  }

  /** In words, such as {@code 60 % 1 lag of differences, 40 % 2 lags of the series}. */
  String words() {
    return String.join(", ", members);
  }
}
