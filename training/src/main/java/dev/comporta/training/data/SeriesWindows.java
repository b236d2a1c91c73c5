package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Sliding windows over time series: the input is T rows, and the target is the following values of
 * one or more columns, for a model with one output per window. There is a window at each row of a
 * part from which T + H rows are left in it; each epoch contains every window once, shuffled if
 * random numbers are given. An incomplete last batch is filled with empty rows, which do not
 * contribute to the loss.
 *
 * <p>Training and validation windows can share one series without copying it. Not thread-safe: the
 * arrays of a chunk are reused for the next one.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SeriesWindows implements ChunkSource {
  private final float[] values;
  private final Layout layout;
  private final int[] starts; // the first row of each window
  private final int batch;
  private final @Nullable RandomSource random;
  private final float[] inputs; // [T, B, F]
  private final float[] targets; // [1, B, H K Q]
  private int epochAtHand = -1;
  private int[] order;

  /**
   * The layout of a window. The target of a window has the values of K columns of each of the next
   * H rows, each of them Q times: feature {@code (h K + k) Q + q}.
   *
   * @param columns F, the number of columns of the series
   * @param target the index of the first column to forecast
   * @param targets K, the number of columns to forecast, one after the other
   * @param timesteps T, the number of input rows
   * @param horizon H, the forecast horizon: the number of rows that follow the input
   * @param repeats Q, how often each value occurs: once for each quantile that is forecast
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Layout(
      int columns, int target, int targets, int timesteps, int horizon, int repeats) {
    /**
     * Checks the ranges.
     *
     * @throws InvalidOptionException if a value is out of range
     */
    public Layout {
      if (columns < 1
          || target < 0
          || targets < 1
          || target > columns - targets
          || timesteps < 1
          || horizon < 1
          || repeats < 1) {
        throw new InvalidOptionException(
            formatted(
                "[windows] expected 1 or more columns, timesteps, values to forecast and repeats, and a target among the columns, but got %d, %d, %d, %d and %d to %d",
                columns, timesteps, horizon, repeats, target, target + targets - 1));
      }
      if ((long) timesteps + horizon > Integer.MAX_VALUE) {
        throw new InvalidOptionException(
            formatted(
                "[windows] expected a window and a horizon of at most %d rows together but got %d and %d; use smaller ones",
                Integer.MAX_VALUE, timesteps, horizon));
      }
      if ((double) horizon * targets * repeats > Integer.MAX_VALUE) {
        throw new InvalidOptionException(
            formatted(
                "[windows] expected at most %d values to forecast but %d rows of %d columns with %d quantiles are more; use a smaller horizon",
                Integer.MAX_VALUE, horizon, targets, repeats));
      }
    }

    /**
     * The layout for one column to forecast, once.
     *
     * @param columns F
     * @param target the index of the column to forecast
     * @param timesteps T
     * @param horizon H
     */
    public Layout(int columns, int target, int timesteps, int horizon) {
      this(columns, target, 1, timesteps, horizon, 1);
    }

    /**
     * The number of rows of a window, including its target.
     *
     * @return T + H
     */
    public int rows() {
      return timesteps + horizon;
    }

    /**
     * The number of target values of a window.
     *
     * @return H K Q
     */
    public int outputs() {
      return horizon * targets * repeats;
    }

    /**
     * The place of a target value.
     *
     * @param step how far ahead, from 0
     * @param which of the columns to forecast, from 0
     * @param repeat which of the repeats, from 0
     * @return {@code (step K + which) Q + repeat}
     */
    public int place(int step, int which, int repeat) {
      return (step * targets + which) * repeats + repeat;
    }
  }

  /**
   * A part of a table in which windows lie.
   *
   * @param from its first row
   * @param to one past its last row, including targets
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Part(int from, int to) {}

  /**
   * Windows over a part of a series.
   *
   * @param values {@code [rows, columns]}; not copied
   * @param layout the layout of a window
   * @param fromRow the first row of the part
   * @param toRow one past the last row of the part, including targets
   * @param batch B, the number of windows per batch
   * @param random shuffles the windows of each epoch, or null to keep their order
   * @throws InvalidOptionException if no window fits into the part, or a batch is too large
   */
  public SeriesWindows(
      float[] values,
      Layout layout,
      int fromRow,
      int toRow,
      int batch,
      @Nullable RandomSource random) {
    this(values, layout, List.of(new Part(fromRow, toRow)), batch, random);
  }

  /**
   * Windows over several parts, such as several series in one table. No window lies in two of them.
   *
   * @param values {@code [rows, columns]}; not copied
   * @param layout the layout of a window
   * @param parts one or more
   * @param batch B, the number of windows per batch
   * @param random shuffles the windows of each epoch, or null to keep their order
   * @throws InvalidOptionException if no window fits into one of the parts, or a batch is too large
   */
  public SeriesWindows(
      float[] values, Layout layout, List<Part> parts, int batch, @Nullable RandomSource random) {
    int rows = values.length / layout.columns();
    long windows = 0;
    for (Part part : parts) {
      if (part.from() < 0
          || part.to() > rows
          || part.to() - part.from() < layout.rows()
          || batch < 1) {
        throw new InvalidOptionException(
            formatted(
                "[windows] expected at least %d rows, %d for the input and %d to forecast, but got rows %d to %d of %d; use a longer series or smaller windows",
                layout.rows(), layout.timesteps(), layout.horizon(), part.from(), part.to(), rows));
      }
      windows += part.to() - part.from() - layout.rows() + 1;
    }
    double inputNumbers = (double) layout.timesteps() * layout.columns() * batch;
    if (Math.max(inputNumbers, (double) layout.outputs() * batch) > Integer.MAX_VALUE) {
      throw new InvalidOptionException(
          formatted(
              "[windows] expected at most %d numbers in a batch but %d windows of %d rows of %d columns, with %d values to forecast, are more; use a smaller batch or smaller windows",
              Integer.MAX_VALUE, batch, layout.timesteps(), layout.columns(), layout.outputs()));
    }
    this.values = values;
    this.layout = layout;
    this.starts = new int[Math.toIntExact(windows)];
    int at = 0;
    for (Part part : parts) {
      for (int row = part.from(); row + layout.rows() <= part.to(); row++) {
        starts[at++] = row;
      }
    }
    this.batch = batch;
    this.random = random;
    this.inputs = new float[layout.timesteps() * batch * layout.columns()];
    this.targets = new float[batch * layout.outputs()];
    this.order = new int[starts.length];
    Arrays.setAll(order, window -> window);
  }

  @Override
  public int rows() {
    return batch;
  }

  /**
   * The number of windows in an epoch.
   *
   * @return 1 or more
   */
  public int windows() {
    return starts.length;
  }

  /**
   * The first row that a window forecasts.
   *
   * @param window its index in the order of the table
   * @return the row after its input
   */
  public int firstTarget(int window) {
    return starts[window] + layout.timesteps();
  }

  @Override
  public int chunks() {
    return Math.ceilDiv(starts.length, batch);
  }

  @Override
  public Batch batch(int epoch, int index) {
    if (random != null && epoch != epochAtHand) {
      order = Shuffle.order(starts.length, random.stream(epoch));
      epochAtHand = epoch;
    }
    int from = index * batch;
    int filled = Math.min(batch, starts.length - from);
    int columns = layout.columns();
    Arrays.fill(targets, 0);
    for (int row = 0; row < filled; row++) {
      int start = starts[order[from + row]];
      for (int t = 0; t < layout.timesteps(); t++) {
        System.arraycopy(
            values, (start + t) * columns, inputs, (t * batch + row) * columns, columns);
      }
      for (int ahead = 0; ahead < layout.horizon(); ahead++) {
        int at = (start + layout.timesteps() + ahead) * columns + layout.target();
        for (int which = 0; which < layout.targets(); which++) {
          int place = row * layout.outputs() + layout.place(ahead, which, 0);
          Arrays.fill(targets, place, place + layout.repeats(), values[at + which]);
        }
      }
    }
    int[] lengths = null;
    if (filled < batch) {
      lengths = new int[batch];
      Arrays.fill(lengths, 0, filled, layout.timesteps());
    }
    return Batch.ofValues(layout.timesteps(), batch, columns, inputs, lengths)
        .targets(layout.outputs(), targets);
  }
}
