package dev.comporta.tasks.series;

import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts of the last rows of a training part, each by a fit to the rows before the block that it
 * is in: rolling origins (Tashman 2000, <i>Out-of-sample tests of forecasting accuracy</i>).
 */
final class RollingOrigins {
  /** The blocks begin after these parts of the rows. */
  private static final double[] ORIGINS = {0.6, 0.7, 0.8, 0.9};

  private final LinearPath.Part part;
  private final int from;
  private final int[] ends; // one past the rows of each fit, then one past the last row
  private final double[] actual; // [forecasts, H], in the unit of the series
  private final double[] normal; // the same, normalised

  /**
   * Divides the rows.
   *
   * @param part the training part
   * @param from its first row that is fitted
   */
  RollingOrigins(LinearPath.Part part, int from) {
    this.part = part;
    this.from = from;
    this.ends = new int[ORIGINS.length + 1];
    for (int i = 0; i < ORIGINS.length; i++) {
      ends[i] = from + (int) ((part.rows() - from) * ORIGINS[i]);
    }
    ends[ORIGINS.length] = part.rows();
    this.actual = new double[forecasts() * part.horizon()];
    this.normal = new double[actual.length];
    for (int i = 0; i < forecasts(); i++) {
      for (int h = 0; h < part.horizon(); h++) {
        int at = i * part.horizon() + h;
        normal[at] = part.values()[(ends[0] + i + h) * part.columns()];
        actual[at] = part.undo().applyAsDouble(normal[at]);
      }
    }
  }

  /** How many forecasts are made; none if there are too few rows. */
  int forecasts() {
    return ends[0] - from < 1 ? 0 : Math.max(0, part.rows() - part.horizon() - ends[0] + 1);
  }

  /** How many rows are held out from the first fit. */
  int heldOut() {
    return part.rows() - ends[0];
  }

  /** The equations of the first fit. */
  int equations(Autoregression rule) {
    return ends[0] - from - rule.lags() - part.horizon() + 1;
  }

  /**
   * The forecasts of a rule with each of some penalties; their equations are the same.
   *
   * @param rule the rule
   * @param penalties of its coefficients
   * @return {@code [penalties, forecasts, H]}, normalised
   */
  double[][] of(Autoregression rule, double[] penalties) {
    double[][] forecasts = new double[penalties.length][actual.length];
    LeastSquares squares = rule.regression(part.columns(), part.horizon());
    int fitted = from;
    for (int block = 0; block < ORIGINS.length; block++) {
      rule.extend(squares, part.values(), part.columns(), from, fitted, ends[block]);
      fitted = ends[block];
      int last = Math.min(ends[block + 1] - ends[0], forecasts());
      for (int p = 0; p < penalties.length; p++) {
        LagForecast fit =
            rule.withPenalty(penalties[p]).forecast(squares, part.columns(), part.horizon());
        for (int i = ends[block] - ends[0]; i < last; i++) {
          for (int h = 0; h < part.horizon(); h++) {
            forecasts[p][i * part.horizon() + h] = fit.at(part.values(), ends[0] + i - 1, h);
          }
        }
      }
    }
    return forecasts;
  }

  /**
   * The root mean squared error, in the unit of the series, of the mean of forecasts.
   *
   * @param sum of forecasts {@code [forecasts, H]}, or null for none
   * @param one more
   * @param count how many forecasts these are together
   */
  double rmse(double @Nullable [] sum, double[] one, int count) {
    DoubleUnaryOperator undo = part.undo();
    double squares = 0;
    for (int i = 0; i < actual.length; i++) {
      double mean = ((sum == null ? 0 : sum[i]) + one[i]) / count;
      double error = undo.applyAsDouble(mean) - actual[i];
      squares += error * error;
    }
    return Math.sqrt(squares / actual.length);
  }

  /** The error one step ahead of the mean of forecasts, normalised. */
  double spread(double[] sum, int count) {
    double squares = 0;
    for (int i = 0; i < actual.length; i += part.horizon()) {
      double error = sum[i] / count - normal[i];
      squares += error * error;
    }
    return Math.sqrt(squares / forecasts());
  }
}
