package dev.comporta.training.data;

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
   * Fits the normalisation to the first rows of a table, with a two-pass algorithm in double.
   *
   * @param values {@code [rows, columns]}
   * @param columns F, the number of columns
   * @param rows the number of rows to use, 1 or more
   * @return the normalisation
   * @throws InvalidOptionException if there is no row
   */
  public static Normalization fit(float[] values, int columns, int rows) {
    if (rows < 1 || columns < 1 || (long) rows * columns > values.length) {
      throw new InvalidOptionException(
          "[normalization] expected 1 or more rows of %d columns, within %d values, but got %d rows"
              .formatted(columns, values.length, rows));
    }
    double[] means = new double[columns];
    double[] deviations = new double[columns];
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        means[column] += values[row * columns + column];
      }
      means[column] /= rows;
      double squares = 0;
      for (int row = 0; row < rows; row++) {
        double off = values[row * columns + column] - means[column];
        squares += off * off;
      }
      double deviation = Math.sqrt(squares / rows);
      deviations[column] = deviation > 0 ? deviation : 1;
    }
    return new Normalization(means, deviations);
  }

  /**
   * Normalises a table.
   *
   * @param values {@code [rows, columns]}
   * @return a new array
   */
  public float[] apply(float[] values) {
    float[] normal = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int column = i % means.length;
      normal[i] = (float) ((values[i] - means[column]) / deviations[column]);
    }
    return normal;
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
