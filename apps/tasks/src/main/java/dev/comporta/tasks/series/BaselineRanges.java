package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.serialization.ModelFile;
import dev.comporta.training.metrics.Quantiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Quantiles of the values around the forecasts of the baselines: the forecast plus the empirical
 * quantile of its errors in the training part, for each step ahead.
 *
 * @param errors the quantiles of the errors by the name of the baseline, {@code [H][Q]}
 */
record BaselineRanges(Map<String, double[][]> errors) {
  /** More rows than this say no more about a few quantiles. */
  private static final int MOST_ROWS = 10_000;

  /** Fewer errors than this have no quantiles. */
  private static final int FEWEST = 10;

  /**
   * Those of the training part.
   *
   * @param baselines fitted to it
   * @param series one value per row
   * @param rows of the training part
   * @param horizon H
   * @param quantiles their Q levels
   */
  static BaselineRanges fit(
      Baselines baselines, double[] series, int rows, int horizon, Quantiles quantiles) {
    int most = baselines.season() > 1 ? baselines.season() : 1;
    if (baselines.autoregression() != null) {
      most = Math.max(most, baselines.autoregression().lags());
    }
    if (baselines.smoothing() != null) {
      most = Math.max(most, baselines.smoothing().beginning());
    }
    int first = Math.max(most, rows - horizon - MOST_ROWS);
    Map<String, double[][]> errors = new LinkedHashMap<>();
    if (rows - horizon - first + 1 < FEWEST) {
      return new BaselineRanges(errors);
    }
    Map<String, List<List<Double>>> all = new LinkedHashMap<>();
    for (String name : baselines.names(first)) {
      List<List<Double>> steps = new ArrayList<>();
      for (int h = 0; h < horizon; h++) {
        steps.add(new ArrayList<>());
      }
      all.put(name, steps);
    }
    baselines.forecasts(
        series,
        first,
        rows,
        horizon,
        (name, step, forecast, actual) ->
            Objects.requireNonNull(all.get(name)).get(step).add(actual - forecast));
    all.forEach((name, steps) -> {
      double[][] found = new double[horizon][];
      for (int h = 0; h < horizon; h++) {
        double[] sorted = steps.get(h).stream().mapToDouble(Double::doubleValue).sorted().toArray();
        found[h] =
            quantiles.levels().stream()
                .mapToDouble(level -> Quantiles.empirical(sorted, level))
                .toArray();
      }
      errors.put(name, found);
    });
    return new BaselineRanges(errors);
  }

  /** What a model file holds of them. */
  Map<String, Double> constants(String prefix, Quantiles quantiles) {
    Map<String, Double> constants = new LinkedHashMap<>();
    errors.forEach((name, steps) -> {
      for (int h = 0; h < steps.length; h++) {
        for (int q = 0; q < quantiles.count(); q++) {
          constants.put(key(prefix, quantiles, name, h, q), steps[h][q]);
        }
      }
    });
    return constants;
  }

  private static String key(String prefix, Quantiles quantiles, String name, int step, int level) {
    return formatted(
        "%squantile %s of the error of %s, step %d",
        prefix, quantiles.levels().get(level), name, step + 1);
  }

  /** Those of a model file. */
  static BaselineRanges of(
      ModelFile file, String prefix, Quantiles quantiles, int horizon, List<String> names) {
    Map<String, double[][]> errors = new LinkedHashMap<>();
    for (String name : names) {
      double[][] steps = new double[horizon][quantiles.count()];
      boolean all = true;
      for (int h = 0; h < horizon; h++) {
        for (int q = 0; q < quantiles.count(); q++) {
          Double value = file.metrics().get(key(prefix, quantiles, name, h, q));
          all &= value != null && Double.isFinite(value);
          steps[h][q] = value == null ? Double.NaN : value;
        }
      }
      if (all) {
        errors.put(name, steps);
      }
    }
    return new BaselineRanges(errors);
  }

  /** The quantiles around a forecast. */
  double[] around(String name, int step, double forecast) {
    double[] errorsOfStep = Objects.requireNonNull(errors.get(name))[step];
    double[] values = new double[errorsOfStep.length];
    for (int q = 0; q < values.length; q++) {
      values[q] = forecast + errorsOfStep[q];
    }
    return values;
  }
}
