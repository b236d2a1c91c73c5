package dev.comporta.tasks.series;

import dev.comporta.training.metrics.HorizonErrors;
import dev.comporta.training.metrics.QuantileErrors;
import dev.comporta.training.metrics.Quantiles;
import dev.comporta.training.metrics.RegressionErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The errors of the forecasts of one column, by a model or by a baseline. */
final class TargetErrors {
  private final HorizonErrors errors;
  private final HorizonErrors scaled; // in units of the error of the seasonal last value
  private final Optional<QuantileErrors> ranges;
  private long ranged; // of how many values quantiles were added

  TargetErrors(int horizon, Optional<Quantiles> quantiles) {
    this.errors = new HorizonErrors(horizon);
    this.scaled = new HorizonErrors(horizon);
    this.ranges = quantiles.map(levels -> new QuantileErrors(horizon, levels));
  }

  /**
   * Adds a value.
   *
   * @param step how far ahead, from 0
   * @param forecast of it
   * @param actual the value
   * @param scale the denominator of MASE; NaN if it is not known
   */
  void add(int step, double forecast, double actual, double scale) {
    errors.add(step, forecast, actual);
    double unit = scale > 0 ? scale : Double.NaN;
    scaled.add(step, forecast / unit, actual / unit);
  }

  /** Adds the quantiles of a value. */
  void addRange(int step, double[] quantiles, double actual) {
    ranges.ifPresent(it -> it.add(step, quantiles, actual));
    ranged++;
  }

  RegressionErrors all() {
    return errors.all();
  }

  /** NaN if the scale of a series is not known. */
  double mase() {
    return scaled.all().mae();
  }

  /** Empty without quantiles, and for a baseline that has none in one of the series. */
  Optional<QuantileErrors> ranges() {
    return ranges.filter(_ -> ranged > 0 && ranged == all().count());
  }

  HorizonErrors errors() {
    return errors;
  }

  /**
   * Puts the figures.
   *
   * @param figures where they are put
   * @param prefix of their names
   */
  void putAll(Map<String, Object> figures, String prefix) {
    figures.put(prefix + "rmse", all().rmse());
    figures.put(prefix + "mae", all().mae());
    if (!Double.isNaN(mase())) {
      figures.put(prefix + "mase", mase());
    }
    figures.put(prefix + "smape", all().smape());
    ranges()
        .ifPresent(it -> {
          figures.put(prefix + "pinball", it.pinball());
          figures.put(prefix + "coverage", it.coverage());
        });
  }

  /** Puts the figures of each step. */
  void putSteps(Map<String, Object> figures, String prefix) {
    List<RegressionErrors> steps = errors.bySteps();
    figures.put(prefix + "rmse_by_step", steps.stream().map(RegressionErrors::rmse).toList());
    figures.put(prefix + "mae_by_step", steps.stream().map(RegressionErrors::mae).toList());
    if (!Double.isNaN(mase())) {
      figures.put(
          prefix + "mase_by_step", scaled.bySteps().stream().map(RegressionErrors::mae).toList());
    }
    figures.put(prefix + "smape_by_step", steps.stream().map(RegressionErrors::smape).toList());
    ranges()
        .ifPresent(it -> {
          figures.put(prefix + "pinball_by_step", it.pinballByStep());
          figures.put(prefix + "coverage_by_step", it.coverageByStep());
        });
  }
}
