package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.data.SeriesWindows;

/**
 * How the rows of a file are divided: training, then validation, then the test.
 *
 * @param cut the first row of the validation part
 * @param test the first row of the test part; the number of rows if there is none
 * @param rows of the file
 * @param validated whether the validation part is in this file
 */
record ForecastParts(int cut, int test, int rows, boolean validated) {
  private static final double ROUNDING = 1e-9;

  /**
   * Divides a file.
   *
   * @param file its name, for messages
   * @param rows how many it has
   * @param layout of a window
   * @param test the fraction of the test part
   * @param validation the fraction of the rest that is for validation; 0 if it is another file
   * @throws ComportaException if a part has too few rows
   */
  static ForecastParts of(
      String file, int rows, SeriesWindows.Layout layout, double test, double validation) {
    int end = rows - (int) Math.floor(rows * test + ROUNDING);
    boolean validated = validation > 0;
    int cut = validated ? (int) Math.floor(end * (1 - validation)) : end;
    ForecastParts parts = new ForecastParts(cut, end, rows, validated);
    if (cut < layout.rows()
        || (validated && end - cut < layout.horizon())
        || (test > 0 && rows - end < layout.horizon())) {
      throw new ComportaException(
          formatted(
              "[forecast] expected at least %d rows to train on and %d to validate but %s has %d, of which %d are for validation and %d for the test; use a longer file, a smaller --window or --horizon, or a smaller --test",
              layout.rows(), layout.horizon(), file, rows, end - cut, rows - end));
    }
    return parts;
  }

  /** Whether there is a test part. */
  boolean tested() {
    return test < rows;
  }

  /** The rows that may be fitted before the score: all before the part that is scored. */
  int fitted() {
    return tested() ? test : cut;
  }

  /** In words. */
  String words(int heldOut) {
    return formatted(
        "%,d rows for training and %,d for validation%s",
        cut,
        validated ? test - cut : heldOut,
        tested() ? formatted(", %,d for the test", rows - test) : "");
  }
}
