package dev.comporta.training.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The errors of forecasts of quantiles, overall and for each step ahead: the pinball loss, averaged
 * over forecasts and quantiles, and how many values lie between the lowest and the highest
 * quantile. NaN without forecasts. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class QuantileErrors {
  private final Quantiles quantiles;
  private final double[] pinball;
  private final long[] inside;
  private final long[] count;

  /**
   * No errors yet.
   *
   * @param horizon the number of values of a forecast, 1 or more
   * @param quantiles the levels
   */
  public QuantileErrors(int horizon, Quantiles quantiles) {
    this.quantiles = quantiles;
    this.pinball = new double[horizon];
    this.inside = new long[horizon];
    this.count = new long[horizon];
  }

  /**
   * Adds a value.
   *
   * @param step how far ahead, from 0 to the horizon - 1
   * @param forecast a value for each level, in ascending order
   * @param actual the value
   */
  public void add(int step, double[] forecast, double actual) {
    double sum = 0;
    for (int i = 0; i < forecast.length; i++) {
      sum += Quantiles.pinball(quantiles.levels().get(i), forecast[i], actual);
    }
    pinball[step] += sum / forecast.length;
    boolean between = forecast[0] <= actual && actual <= forecast[forecast.length - 1];
    inside[step] += between ? 1 : 0;
    count[step]++;
  }

  /**
   * The mean pinball loss.
   *
   * @return in the unit of the values
   */
  public double pinball() {
    double sum = 0;
    for (double step : pinball) {
      sum += step;
    }
    return sum / values();
  }

  /**
   * The part of the values between the lowest and the highest quantile.
   *
   * @return from 0 to 1
   */
  public double coverage() {
    return (double) Arrays.stream(inside).sum() / values();
  }

  private long values() {
    return Arrays.stream(count).sum();
  }

  /**
   * The mean pinball loss of each step.
   *
   * @return the first step first
   */
  public List<Double> pinballByStep() {
    List<Double> means = new ArrayList<>();
    for (int step = 0; step < count.length; step++) {
      means.add(pinball[step] / count[step]);
    }
    return means;
  }

  /**
   * The part of the values of each step between the lowest and the highest quantile.
   *
   * @return the first step first
   */
  public List<Double> coverageByStep() {
    List<Double> parts = new ArrayList<>();
    for (int step = 0; step < count.length; step++) {
      parts.add((double) inside[step] / count[step]);
    }
    return parts;
  }
}
