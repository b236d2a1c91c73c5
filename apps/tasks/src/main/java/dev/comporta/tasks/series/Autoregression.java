package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear autoregression of a series or of its differences, with lags of further columns, fitted
 * for each step ahead by ridge regression (Box and Jenkins 1970, chapters 3 and 9).
 *
 * <pre>
 * w[t] = (1 - B)^d (1 - B^s) x[t]       B x[t] = x[t - 1]
 * w[t + h] = c + sum over i &lt; p of w[t - i] phi[i] + sum over j and i &lt; q of u[j, t - i] beta[j, i]
 * </pre>
 *
 * @param differences d, 0 or 1
 * @param season s, 0 for none
 * @param order p
 * @param inputs q, the lags of each further column
 * @param penalty of the coefficients
 */
record Autoregression(int differences, int season, int order, int inputs, double penalty) {
  /** The rows that are read for a forecast. */
  int lags() {
    return Math.max(1, Math.max(inputs, order + differences + season));
  }

  /** The unknowns of the regression. */
  int unknowns(int columns) {
    return order + inputs * (columns - 1) + 1;
  }

  Autoregression withPenalty(double other) {
    return new Autoregression(differences, season, order, inputs, other);
  }

  /** In words, such as {@code 13 lags of the differences of season 12}. */
  String words() {
    List<String> of = new ArrayList<>();
    if (differences > 0) {
      of.add("differences");
    }
    if (season > 0) {
      of.add(formatted("season-%d differences", season));
    }
    String what = of.isEmpty() ? "the series" : String.join(" of ", of);
    String further =
        inputs > 0
            ? formatted(" and %d %s of further columns", inputs, inputs == 1 ? "lag" : "lags")
            : "";
    return formatted("%d %s of %s%s", order, order == 1 ? "lag" : "lags", what, further);
  }

  /** A regression without rows. */
  LeastSquares regression(int columns, int horizon) {
    return new LeastSquares(unknowns(columns), horizon);
  }

  /** The regression on all rows from one on and before another. */
  LeastSquares regression(double[] values, int columns, int from, int end, int horizon) {
    LeastSquares squares = regression(columns, horizon);
    extend(squares, values, columns, from, from, end);
    return squares;
  }

  /**
   * Adds the equations whose values are before a row to those before an earlier one.
   *
   * @param squares the regression
   * @param values {@code [rows, columns]}
   * @param columns F
   * @param from the first row that may be read
   * @param before one past the rows whose equations are there already; {@code from} for none
   * @param end one past the last row
   */
  void extend(LeastSquares squares, double[] values, int columns, int from, int before, int end) {
    int horizon = squares.targets();
    double[] x = new double[unknowns(columns)];
    double[] y = new double[horizon];
    for (int t = Math.max(from + lags() - 1, before - horizon); t + horizon < end; t++) {
      for (int i = 0; i < order; i++) {
        x[i] = difference(values, columns, t - i);
      }
      int at = order;
      for (int j = 1; j < columns; j++) {
        for (int i = 0; i < inputs; i++) {
          x[at++] = values[(t - i) * columns + j];
        }
      }
      x[at] = 1;
      for (int h = 0; h < horizon; h++) {
        y[h] = difference(values, columns, t + h + 1);
      }
      squares.add(x, y);
    }
  }

  private double difference(double[] values, int columns, int row) {
    double w = values[row * columns];
    if (differences > 0) {
      w -= values[(row - 1) * columns];
    }
    if (season > 0) {
      w -= values[(row - season) * columns];
      if (differences > 0) {
        w += values[(row - season - 1) * columns];
      }
    }
    return w;
  }

  /** The forecasts of the series itself, as a function of its last rows. */
  LagForecast forecast(LeastSquares squares, int columns, int horizon) {
    double[] solution = squares.solve(penalty); // [unknowns, H]
    int lags = lags();
    double[][] weights = new double[horizon][lags * columns];
    double[] constants = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      for (int i = 0; i < order; i++) {
        addDifference(weights[h], columns, i, solution[i * horizon + h]);
      }
      int at = order;
      for (int j = 1; j < columns; j++) {
        for (int i = 0; i < inputs; i++) {
          weights[h][i * columns + j] += solution[at++ * horizon + h];
        }
      }
      constants[h] = solution[at * horizon + h];
      // x[t + h] = w[t + h] + x[t + h - 1] + x[t + h - s] - x[t + h - s - 1]
      if (differences > 0) {
        addValue(weights, constants, columns, h, 1, 1);
      }
      if (season > 0) {
        addValue(weights, constants, columns, h, season, 1);
        if (differences > 0) {
          addValue(weights, constants, columns, h, season + 1, -1);
        }
      }
    }
    double[] all = new double[lags * columns * horizon];
    for (int i = 0; i < lags * columns; i++) {
      for (int h = 0; h < horizon; h++) {
        all[i * horizon + h] = weights[h][i];
      }
    }
    return new LagForecast(columns, lags, horizon, all, constants);
  }

  private void addDifference(double[] weights, int columns, int lag, double factor) {
    weights[lag * columns] += factor;
    if (differences > 0) {
      weights[(lag + 1) * columns] -= factor;
    }
    if (season > 0) {
      weights[(lag + season) * columns] -= factor;
      if (differences > 0) {
        weights[(lag + season + 1) * columns] += factor;
      }
    }
  }

  /** Adds the value some steps before step h: one that is known, or a forecast. */
  private static void addValue(
      double[][] weights, double[] constants, int columns, int h, int before, double sign) {
    int ahead = h - before; // 0 for the first step that is forecast
    if (ahead < 0) {
      weights[h][(-ahead - 1) * columns] += sign;
      return;
    }
    for (int i = 0; i < weights[h].length; i++) {
      weights[h][i] += sign * weights[ahead][i];
    }
    constants[h] += sign * constants[ahead];
  }
}
