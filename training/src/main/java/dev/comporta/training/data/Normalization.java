package dev.comporta.training.data;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import org.apiguardian.api.API;

/**
 * Brings the columns of a table to mean 0 and standard deviation 1: {@code (x - mean) / deviation}.
 * To be fitted on what a model may learn from and on nothing else: whoever fits it on all data
 * tells the model about the future. A column that never changes has a deviation of 1.
 *
 * @param means of each column
 * @param deviations of each column, above 0; over n, not n - 1
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // made once, never compared
public record Normalization(double[] means, double[] deviations) {
  /**
   * Fits the first rows of a table, in two passes in double.
   *
   * @param values {@code [rows, columns]}
   * @param columns F
   * @param rows how many rows to look at, 1 or more
   * @return the normalisation
   * @throws InvalidOptionException if there is no row
   * @throws ComportaException if one of the rows holds NaN or an infinity
   */
  public static Normalization fit(float[] values, int columns, int rows) {
    if (rows < 1 || columns < 1 || (long) rows * columns > values.length) {
      throw new InvalidOptionException(
          "[normalization] expected 1 or more rows of %d columns among %d values but got %d"
              .formatted(columns, values.length, rows));
    }
    double[] means = new double[columns];
    double[] deviations = new double[columns];
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        means[column] += finite(values[row * columns + column], row, column);
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

  private static float finite(float value, int row, int column) {
    if (!Float.isFinite(value)) {
      throw new ComportaException(
          "[normalization] expected finite numbers but got "
              + value
              + " in row "
              + row
              + ", column "
              + column
              + " (counted from 0); fill in missing values or leave them out");
    }
    return value;
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
   * The original of a normalised number.
   *
   * @param value a normalised number
   * @param column where it stands
   * @return {@code value * deviation + mean}
   */
  public double undo(double value, int column) {
    return value * deviations[column] + means[column];
  }
}
