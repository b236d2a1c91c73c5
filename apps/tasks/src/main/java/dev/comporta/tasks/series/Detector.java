package dev.comporta.tasks.series;

import dev.comporta.cells.model.Batch;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.LoadedModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.data.SeriesWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Finds rows that depart from what a forecaster expects after the rows before, or whose value
 * repeats more often than it ever did.
 *
 * <p>A value that departs is not read by later forecasts: its forecast takes its place, until as
 * many rows in sequence as a window has depart. Then the series has changed for good, and its
 * values are read again.
 *
 * @param threshold the largest normalised error that is still usual
 * @param repeats the most equal values in sequence that are still usual
 */
record Detector(double threshold, int repeats) {
  /** The metric with the threshold. */
  static final String THRESHOLD = "threshold";

  /** The metric with the number of equal values. */
  static final String REPEATS = "usual_repeats";

  /** Two equal values prove nothing. */
  private static final int FEWEST_REPEATS = 2;

  private static final int BATCH = 32;

  /**
   * A row.
   *
   * @param row its index
   * @param value the value
   * @param forecast what was expected
   * @param low the lowest value that is usual
   * @param high the highest value that is usual
   * @param departs whether the value departs
   */
  record Verdict(
      int row, double value, double forecast, double low, double high, boolean departs) {}

  /** The limits that a model file holds. */
  static Detector of(ModelFile file) {
    Map<String, Double> metrics = file.metrics();
    double repeats = metrics.getOrDefault(REPEATS, (double) FEWEST_REPEATS);
    return new Detector(
        metrics.getOrDefault(THRESHOLD, Double.POSITIVE_INFINITY),
        (int) Math.clamp(repeats, FEWEST_REPEATS, 1e9));
  }

  /**
   * The limits at which so many of the rows would be false alarms.
   *
   * @param model the forecaster
   * @param values {@code [rows, columns]} without known faults, of the training part
   * @param rate the fraction of false alarms
   */
  static Detector fit(LoadedModel model, double[] values, double rate) {
    Forecaster forecaster = model.forecaster();
    int columns = forecaster.columns().size();
    int rows = values.length / columns;
    float[] normal = forecaster.normal(values);
    SeriesWindows windows = new SeriesWindows(normal, forecaster.layout(), 0, rows, BATCH, null);
    double[] errors = new double[windows.windows()];
    for (int index = 0; index < windows.chunks(); index++) {
      Batch chunk = windows.batch(0, index);
      float[] predicted = model.with(runner -> runner.predict(chunk, runner.newCarry(BATCH)));
      for (int row = 0; row < BATCH && index * BATCH + row < errors.length; row++) {
        int at = index * BATCH + row;
        errors[at] = Math.abs(normal[(at + forecaster.window()) * columns] - predicted[row]);
      }
    }
    Arrays.sort(errors);
    int usual = (int) Math.ceil((1 - rate) * errors.length);
    double threshold = errors[Math.clamp(usual, 1, errors.length) - 1];
    int longest = 1;
    int run = 1;
    for (int row = 1; row < rows; row++) {
      run = values[row * columns] == values[(row - 1) * columns] ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    return new Detector(threshold, Math.max(FEWEST_REPEATS, longest));
  }

  /**
   * Looks at all rows that have a window of rows before them.
   *
   * @param model the forecaster
   * @param values {@code [rows, columns]}
   * @param from the first row to look at; at least the window
   */
  List<Verdict> detect(LoadedModel model, double[] values, int from) {
    Forecaster forecaster = model.forecaster();
    int window = forecaster.window();
    int columns = forecaster.columns().size();
    float[] normal = forecaster.normal(values);
    float[] read = normal.clone();
    List<Verdict> verdicts = new ArrayList<>();
    int lasting = 0;
    int run = 1;
    for (int row = from; row < values.length / columns; row++) {
      float[] before = Arrays.copyOfRange(read, (row - window) * columns, row * columns);
      Batch batch = Batch.ofValues(window, 1, columns, before, null);
      float expected = model.with(runner -> runner.predict(batch, runner.newCarry(1)))[0];
      int at = row * columns;
      run = values[at] == values[at - columns] ? run + 1 : 1;
      boolean departs = Math.abs(normal[at] - expected) > threshold || run > repeats;
      lasting = departs ? lasting + 1 : 0;
      if (departs && lasting <= window) {
        read[at] = expected;
      }
      verdicts.add(
          new Verdict(
              row,
              values[at],
              forecaster.value(expected),
              forecaster.value(expected - threshold),
              forecaster.value(expected + threshold),
              departs));
    }
    return verdicts;
  }
}
