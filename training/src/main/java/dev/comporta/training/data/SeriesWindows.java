package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Sliding windows over a time series: the input is T rows, and the target is the following values
 * of one column, for a model with one output per window. Window w starts at row w; each epoch
 * contains every window once, shuffled if random numbers are given. An incomplete last batch is
 * filled with empty rows, which do not contribute to the loss.
 *
 * <p>Training and validation windows can share one series without copying it. Not thread-safe: the
 * arrays of a chunk are reused for the next one.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SeriesWindows implements ChunkSource {
  private final float[] values;
  private final Layout layout;
  private final int first;
  private final int windows;
  private final int batch;
  private final @Nullable RandomSource random;
  private final float[] inputs; // [T, B, F]
  private final float[] targets; // [1, B, H]
  private int epochAtHand = -1;
  private int[] order;

  /**
   * The layout of a window.
   *
   * @param columns F, the number of columns of the series
   * @param target the index of the column to forecast
   * @param timesteps T, the number of input rows
   * @param horizon H, the forecast horizon: the number of target values that follow the input
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Layout(int columns, int target, int timesteps, int horizon) {
    /**
     * Checks the ranges.
     *
     * @throws InvalidOptionException if a value is out of range
     */
    public Layout {
      if (columns < 1 || target < 0 || target >= columns || timesteps < 1 || horizon < 1) {
        throw new InvalidOptionException(
            formatted(
                "[windows] expected 1 or more columns, timesteps and values to forecast, and a target among the columns, but got %d, %d, %d and %d",
                columns, timesteps, horizon, target));
      }
      if ((long) timesteps + horizon > Integer.MAX_VALUE) {
        throw new InvalidOptionException(
            formatted(
                "[windows] expected a window and a horizon of at most %d rows together but got %d and %d; use smaller ones",
                Integer.MAX_VALUE, timesteps, horizon));
      }
    }

    /**
     * The number of rows of a window, including its target.
     *
     * @return T + H
     */
    public int rows() {
      return timesteps + horizon;
    }
  }

  /**
   * Windows over a part of a series.
   *
   * @param values {@code [rows, columns]}; not copied
   * @param layout the layout of a window
   * @param fromRow the first row of the part
   * @param toRow one past the last row of the part, including targets
   * @param batch B, the number of windows per batch
   * @param random shuffles the windows of each epoch, or null to keep their order
   * @throws InvalidOptionException if no window fits into the part
   */
  public SeriesWindows(
      float[] values,
      Layout layout,
      int fromRow,
      int toRow,
      int batch,
      @Nullable RandomSource random) {
    int rows = values.length / layout.columns();
    if (fromRow < 0 || toRow > rows || toRow - fromRow < layout.rows() || batch < 1) {
      throw new InvalidOptionException(
          formatted(
              "[windows] expected at least %d rows, %d for the input and %d to forecast, but got rows %d to %d of %d; use a longer series or smaller windows",
              layout.rows(), layout.timesteps(), layout.horizon(), fromRow, toRow, rows));
    }
    this.values = values;
    this.layout = layout;
    this.first = fromRow;
    this.windows = toRow - fromRow - layout.rows() + 1;
    this.batch = batch;
    this.random = random;
    this.inputs =
        new float
            [Math.multiplyExact(Math.multiplyExact(layout.timesteps(), batch), layout.columns())];
    this.targets = new float[Math.multiplyExact(batch, layout.horizon())];
    this.order = new int[windows];
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
    return windows;
  }

  @Override
  public int chunks() {
    return Math.ceilDiv(windows, batch);
  }

  @Override
  public Batch batch(int epoch, int index) {
    if (random != null && epoch != epochAtHand) {
      order = Shuffle.order(windows, random.stream(epoch));
      epochAtHand = epoch;
    }
    int from = index * batch;
    int filled = Math.min(batch, windows - from);
    int columns = layout.columns();
    Arrays.fill(targets, 0);
    for (int row = 0; row < filled; row++) {
      int start = first + order[from + row];
      for (int t = 0; t < layout.timesteps(); t++) {
        System.arraycopy(
            values, (start + t) * columns, inputs, (t * batch + row) * columns, columns);
      }
      for (int ahead = 0; ahead < layout.horizon(); ahead++) {
        int at = start + layout.timesteps() + ahead;
        targets[row * layout.horizon() + ahead] = values[at * columns + layout.target()];
      }
    }
    int[] lengths = null;
    if (filled < batch) {
      lengths = new int[batch];
      Arrays.fill(lengths, 0, filled, layout.timesteps());
    }
    return Batch.ofValues(layout.timesteps(), batch, columns, inputs, lengths)
        .targets(layout.horizon(), targets);
  }

  @Override
  public boolean continues(int index) {
    return false;
  }
}
