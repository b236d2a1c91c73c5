package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import org.apiguardian.api.API;

/**
 * Standardises the columns of a table to mean 0 and standard deviation 1: {@code (x - mean) /
 * deviation}. Fit it on training data only; fitting it on all data leaks information about the test
 * period into the model. A constant column gets a deviation of 1.
 *
 * @param means the mean of each column
 * @param deviations the population standard deviation of each column (divided by n, not n - 1),
 *     above 0
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // created once, never compared
public record Normalization(double[] means, double[] deviations) {
  /**
   * Fits the first rows of a table of floats.
   *
   * @param values {@code [rows, columns]}
   * @param columns F, the number of columns
   * @param rows the number of rows to use, 1 or more
   * @return the normalisation
   * @throws InvalidOptionException as in {@link #fit(double[], int, int)}
   */
  public static Normalization fit(float[] values, int columns, int rows) {
    return fit(doubles(values), columns, rows);
  }

  /**
   * Fits the first rows of a table. Differences from the first row are averaged, so counters far
   * from zero lose nothing: whole numbers up to 2^53 are told apart.
   *
   * @param values {@code [rows, columns]}
   * @param columns F
   * @param rows how many rows to look at, 1 or more
   * @return the normalisation
   * @throws InvalidOptionException if there is no row, or a number is not finite
   */
  public static Normalization fit(double[] values, int columns, int rows) {
    if (rows < 1 || columns < 1 || (long) rows * columns > values.length) {
      throw new InvalidOptionException(
          formatted(
              "[normalization] expected 1 or more rows of %d columns, within %d values, but got %d rows",
              columns, values.length, rows));
    }
    double[] means = new double[columns];
    double[] deviations = new double[columns];
    for (int column = 0; column < columns; column++) {
      double first = values[column];
      double farthest = 0;
      for (int row = 0; row < rows; row++) {
        double off = values[row * columns + column] - first;
        if (!Double.isFinite(off)) {
          throw unusable(values[row * columns + column], row, column);
        }
        farthest = Math.max(farthest, Math.abs(off));
      }
      double scale = farthest > 0 ? farthest : 1; // squares neither overflow nor vanish
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        sum += (values[row * columns + column] - first) / scale;
      }
      double mean = sum / rows;
      double squares = 0;
      for (int row = 0; row < rows; row++) {
        double off = (values[row * columns + column] - first) / scale - mean;
        squares += off * off;
      }
      means[column] = first + mean * scale;
      deviations[column] = squares > 0 ? Math.sqrt(squares / rows) * scale : 1;
    }
    return new Normalization(means, deviations);
  }

  /**
   * Normalises a table of floats.
   *
   * @param values {@code [rows, columns]}
   * @return a new array
   * @throws InvalidOptionException as in {@link #apply(double[])}
   */
  public float[] apply(float[] values) {
    return apply(doubles(values));
  }

  /**
   * Normalises a table in double; only the result is rounded to floats.
   *
   * @param values {@code [rows, columns]}
   * @return a new array
   * @throws InvalidOptionException naming the first number that is not finite, or so far from the
   *     mean that no float holds it
   */
  public float[] apply(double[] values) {
    float[] normal = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int column = i % means.length;
      normal[i] = (float) ((values[i] - means[column]) / deviations[column]);
      if (!Float.isFinite(normal[i])) {
        throw unusable(values[i], i / means.length, column);
      }
    }
    return normal;
  }

  private static InvalidOptionException unusable(double value, int row, int column) {
    return new InvalidOptionException(
        formatted(
            "[normalization] expected finite numbers but got %s in row %d, column %d (counted from 0); fill in missing values or leave them out",
            value, row, column));
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /**
   * Undoes the normalisation of a number.
   *
   * @param value a normalised number
   * @param column the index of its column
   * @return {@code value * deviation + mean}
   */
  public double undo(double value, int column) {
    return value * deviations[column] + means[column];
  }
}
