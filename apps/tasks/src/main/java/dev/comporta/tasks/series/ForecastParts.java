package dev.comporta.tasks.series;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.training.data.SeriesWindows;
import java.util.List;

/**
 * How the rows of a series are divided: training, then validation, then the test. Rows are counted
 * in the table, which may hold several series.
 *
 * @param from the first row of the series
 * @param cut the first row of the validation part
 * @param test the first row of the test part; one past the last row if there is none
 * @param end one past the last row
 * @param validated whether the validation part is in this table
 */
record ForecastParts(int from, int cut, int test, int end, boolean validated) {
  private static final double ROUNDING = 1e-9;

  /**
   * Divides a series.
   *
   * @param name of the series or its file, for messages
   * @param from its first row
   * @param rows how many it has
   * @param layout of a window
   * @param test the fraction of the test part
   * @param validation the fraction of the rest that is for validation; 0 if it is another file
   * @throws ComportaException if a part has too few rows
   */
  static ForecastParts of(
      String name,
      int from,
      int rows,
      SeriesWindows.Layout layout,
      double test,
      double validation) {
    int end = rows - (int) Math.floor(rows * test + ROUNDING);
    return divided(name, from, end, rows, layout, validation).requireTest(name, layout, test > 0);
  }

  private static ForecastParts divided(
      String name, int from, int test, int rows, SeriesWindows.Layout layout, double validation) {
    boolean validated = validation > 0;
    int cut = validated ? (int) Math.floor(test * (1 - validation)) : test;
    ForecastParts parts = new ForecastParts(from, from + cut, from + test, from + rows, validated);
    if (cut < layout.rows() || (validated && test - cut < layout.horizon())) {
      throw parts.tooShort(name, layout);
    }
    return parts;
  }

  private ForecastParts requireTest(String name, SeriesWindows.Layout layout, boolean tested) {
    if (tested && end - test < layout.horizon()) {
      throw tooShort(name, layout);
    }
    return this;
  }

  private ComportaException tooShort(String name, SeriesWindows.Layout layout) {
    return new ComportaException(
        formatted(
            "[forecast] expected at least %d rows to train on and %d to validate but %s has %d, of which %d are for validation and %d for the test; use a longer file, a smaller --window or --horizon, or a smaller --test",
            layout.rows(), layout.horizon(), name, end - from, test - cut, end - test));
  }

  /**
   * The parts at an origin of a backtest: the test part is divided into blocks of equal size, one
   * of which is the test, and all rows before it are divided as before.
   *
   * @param name of the series or its file, for messages
   * @param origin which block, from 1
   * @param origins how many there are
   * @param layout of a window
   * @param validation the fraction of the rows before that is for validation
   * @throws ComportaException if there is no test part, or a block has too few rows
   */
  ForecastParts at(
      String name, int origin, int origins, SeriesWindows.Layout layout, double validation) {
    int rows = end - test;
    if ((long) layout.horizon() * origins > rows) {
      throw new InvalidOptionException(
          formatted(
              "--backtest expected at most %d origins, because the test part of %s has %d rows and each origin forecasts %d or more, but got %d; use a larger --test",
              rows / layout.horizon(), name, rows, layout.horizon(), origins));
    }
    int first = test + (int) ((long) rows * (origin - 1) / origins);
    int last = test + (int) ((long) rows * origin / origins);
    return divided(name, from, first - from, last - from, layout, validation);
  }

  /** Whether there is a test part. */
  boolean tested() {
    return test < end;
  }

  /** One past the rows that may be fitted before the score: all before the part that is scored. */
  int fitted() {
    return tested() ? test : cut;
  }

  /** The parts of all series in words. */
  static String words(List<ForecastParts> all, int heldOut) {
    int training = all.stream().mapToInt(it -> it.cut - it.from).sum();
    int validation = all.stream().mapToInt(it -> it.validated ? it.test - it.cut : 0).sum();
    int tested = all.stream().mapToInt(it -> it.end - it.test).sum();
    return formatted(
        "%,d rows for training and %,d for validation%s",
        training,
        all.getFirst().validated ? validation : heldOut,
        tested > 0 ? formatted(", %,d for the test", tested) : "");
  }
}
