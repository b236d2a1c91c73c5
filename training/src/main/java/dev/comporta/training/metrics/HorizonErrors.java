package dev.comporta.training.metrics;

import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/** Errors of forecasts of several values, overall and for each step ahead. Not thread-safe. */
@API(status = API.Status.EXPERIMENTAL)
public final class HorizonErrors {
  private final RegressionErrors all = new RegressionErrors();
  private final List<RegressionErrors> ahead;

  /**
   * No errors yet.
   *
   * @param horizon the number of values of a forecast, 1 or more
   */
  public HorizonErrors(int horizon) {
    this.ahead = Stream.generate(RegressionErrors::new).limit(horizon).toList();
  }

  /**
   * Adds a value.
   *
   * @param step how far ahead, from 0 to the horizon - 1
   * @param predicted the forecast
   * @param actual the value
   */
  public void add(int step, double predicted, double actual) {
    all.add(predicted, actual);
    ahead.get(step).add(predicted, actual);
  }

  /**
   * The errors of all steps.
   *
   * @return their sums
   */
  public RegressionErrors all() {
    return all;
  }

  /**
   * The errors of each step.
   *
   * @return the first step first
   */
  public List<RegressionErrors> bySteps() {
    return ahead;
  }

  /**
   * The root mean squared error of each step.
   *
   * @return the first step first
   */
  public List<Double> rmseByStep() {
    return ahead.stream().map(RegressionErrors::rmse).toList();
  }
}
