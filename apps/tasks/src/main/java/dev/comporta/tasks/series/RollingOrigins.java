package dev.comporta.tasks.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts of the last rows of a training part, each by a fit to the rows before the block that it
 * is in: rolling origins (Tashman 2000, <i>Out-of-sample tests of forecasting accuracy</i>). A fit
 * is to all series of the part.
 */
final class RollingOrigins {
  /** The blocks begin after these parts of the rows. */
  private static final double[] ORIGINS = {0.6, 0.7, 0.8, 0.9};

  private final LinearPath.Part part;
  private final List<Course> courses = new ArrayList<>();
  private final double[] actual; // [forecasts, H], in the unit of the series
  private final double[] normal; // the same, normalised

  /**
   * The blocks of one series.
   *
   * @param from its first row
   * @param ends one past the rows of each fit, then one past the last row
   * @param first the index of its first forecast among all
   * @param forecasts how many it has
   */
  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Course(int from, int[] ends, int first, int forecasts) {
    int end() {
      return ends[ORIGINS.length];
    }
  }

  /**
   * Divides the rows.
   *
   * @param part the training part
   * @param spans the rows of each series that are used
   */
  RollingOrigins(LinearPath.Part part, List<LinearPath.Span> spans) {
    this.part = part;
    int first = 0;
    for (LinearPath.Span span : spans) {
      int[] ends = new int[ORIGINS.length + 1];
      for (int i = 0; i < ORIGINS.length; i++) {
        ends[i] = span.from() + (int) ((span.end() - span.from()) * ORIGINS[i]);
      }
      ends[ORIGINS.length] = span.end();
      int forecasts =
          ends[0] - span.from() < 1 ? 0 : Math.max(0, span.end() - part.horizon() - ends[0] + 1);
      courses.add(new Course(span.from(), ends, first, forecasts));
      first += forecasts;
    }
    this.actual = new double[first * part.horizon()];
    this.normal = new double[actual.length];
    for (Course course : courses) {
      for (int i = 0; i < course.forecasts(); i++) {
        for (int h = 0; h < part.horizon(); h++) {
          int at = (course.first() + i) * part.horizon() + h;
          normal[at] = part.values()[(course.ends()[0] + i + h) * part.columns()];
          actual[at] = part.undo().applyAsDouble(normal[at]);
        }
      }
    }
  }

  /** How many forecasts are made; none if there are too few rows. */
  int forecasts() {
    return actual.length / part.horizon();
  }

  /** How many rows are held out from the first fit. */
  int heldOut() {
    return courses.stream().mapToInt(it -> it.end() - it.ends()[0]).sum();
  }

  /** The rows before the first forecast, in the series that has fewest. */
  int shortest() {
    return courses.stream().mapToInt(it -> it.ends()[0] - it.from()).min().orElse(0);
  }

  /** The equations of the first fit. */
  int equations(Autoregression rule) {
    return courses.stream()
        .mapToInt(it -> Math.max(0, it.ends()[0] - it.from() - rule.lags() - part.horizon() + 1))
        .sum();
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
    for (int block = 0; block < ORIGINS.length; block++) {
      for (Course course : courses) {
        int fitted = block == 0 ? course.from() : course.ends()[block - 1];
        rule.extend(
            squares, part.values(), part.columns(), course.from(), fitted, course.ends()[block]);
      }
      for (int p = 0; p < penalties.length; p++) {
        LagForecast fit =
            rule.withPenalty(penalties[p]).forecast(squares, part.columns(), part.horizon());
        for (Course course : courses) {
          forecast(fit, course, block, forecasts[p]);
        }
      }
    }
    return forecasts;
  }

  private void forecast(LagForecast fit, Course course, int block, double[] forecasts) {
    int start = course.ends()[0];
    int last = Math.min(course.ends()[block + 1] - start, course.forecasts());
    for (int i = course.ends()[block] - start; i < last; i++) {
      for (int h = 0; h < part.horizon(); h++) {
        forecasts[(course.first() + i) * part.horizon() + h] =
            fit.at(part.values(), start + i - 1, h);
      }
    }
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

  /** The values minus the mean of forecasts, normalised, in ascending order for each step. */
  double[][] errors(double[] sum, int count) {
    double[][] errors = new double[part.horizon()][forecasts()];
    for (int i = 0; i < actual.length; i++) {
      errors[i % part.horizon()][i / part.horizon()] = normal[i] - sum[i] / count;
    }
    for (double[] step : errors) {
      Arrays.sort(step);
    }
    return errors;
  }
}
