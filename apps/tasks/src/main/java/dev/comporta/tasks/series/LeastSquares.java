package dev.comporta.tasks.series;

import java.util.Arrays;

/**
 * Ridge regression by the normal equations (Hoerl and Kennard 1970), solved by Cholesky
 * decomposition in double.
 */
final class LeastSquares {
  /** Relative to the diagonal: keeps the equations of collinear columns solvable. */
  private static final double LEAST = 1e-9;

  private final int columns;
  private final int targets;
  private final double[] gram; // [columns, columns], the lower triangle
  private final double[] cross; // [columns, targets]
  private long rows;

  /**
   * No rows yet.
   *
   * @param columns the number of explanatory variables; the last one is a constant, which is not
   *     penalised
   * @param targets the number of variables that are explained
   */
  LeastSquares(int columns, int targets) {
    this.columns = columns;
    this.targets = targets;
    this.gram = new double[columns * columns];
    this.cross = new double[columns * targets];
  }

  /** Adds a row. */
  void add(double[] x, double[] y) {
    rows++;
    for (int i = 0; i < columns; i++) {
      double value = x[i];
      int at = i * columns;
      for (int j = 0; j <= i; j++) {
        gram[at + j] += value * x[j];
      }
      for (int j = 0; j < targets; j++) {
        cross[i * targets + j] += value * y[j];
      }
    }
  }

  /** How many variables are explained. */
  int targets() {
    return targets;
  }

  /** How many rows were added. */
  long rows() {
    return rows;
  }

  /**
   * The coefficients that minimise the squared errors plus the penalty times the squares of the
   * coefficients, each in units of its column.
   *
   * @param penalty 0 or more
   * @return {@code [columns, targets]}
   */
  double[] solve(double penalty) {
    double[] lower = gram.clone();
    for (int i = 0; i < columns; i++) {
      double own = gram[i * columns + i];
      double extra = own * (i == columns - 1 ? LEAST : LEAST + penalty);
      lower[i * columns + i] = own + (own > 0 ? extra : 1); // a column of zeros gets a zero
    }
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = lower[i * columns + j];
        for (int k = 0; k < j; k++) {
          sum -= lower[i * columns + k] * lower[j * columns + k];
        }
        lower[i * columns + j] =
            i == j
                ? Math.sqrt(Math.max(sum, gram[i * columns + i] * 1e-14 + Double.MIN_NORMAL))
                : sum / lower[j * columns + j];
      }
    }
    double[] solution = Arrays.copyOf(cross, cross.length);
    for (int t = 0; t < targets; t++) {
      for (int i = 0; i < columns; i++) {
        double sum = solution[i * targets + t];
        for (int k = 0; k < i; k++) {
          sum -= lower[i * columns + k] * solution[k * targets + t];
        }
        solution[i * targets + t] = sum / lower[i * columns + i];
      }
      for (int i = columns - 1; i >= 0; i--) {
        double sum = solution[i * targets + t];
        for (int k = i + 1; k < columns; k++) {
          sum -= lower[k * columns + i] * solution[k * targets + t];
        }
        solution[i * targets + t] = sum / lower[i * columns + i];
      }
    }
    return solution;
  }
}
