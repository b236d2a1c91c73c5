package dev.comporta.cells.plan.run;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a batch's rows during a run. Without lengths, rows keep their order. With lengths,
 * rows are sorted by decreasing length and only timesteps that are not padding are stored, so that
 * the active rows come first at every timestep. A reversed row is stored from its end.
 */
public final class RowLayout {
  private final int timesteps;
  private final int batch;
  private final boolean reverse;

  /** The row of the batch at each place, or null if rows keep their order. */
  private final int @Nullable [] order;

  private final int[] lengths;

  /** The first stored row of each step of the loop. */
  private final int[] starts;

  private final int[] active;
  private final int total;

  public RowLayout(int timesteps, int batch, int @Nullable [] lengths, boolean reverse) {
    this.timesteps = timesteps;
    this.batch = batch;
    this.reverse = reverse;
    this.active = new int[timesteps];
    this.starts = new int[timesteps];
    if (lengths == null) {
      this.order = null;
      this.lengths = new int[batch];
      Arrays.fill(this.lengths, timesteps);
      Arrays.fill(active, batch);
      for (int s = 0; s < timesteps; s++) {
        starts[s] = timestep(s, timesteps) * batch;
      }
      this.total = timesteps * batch;
    } else {
      int[] sorted =
          IntStream.range(0, batch)
              .boxed()
              .sorted(Comparator.comparingInt((Integer row) -> -lengths[row]))
              .mapToInt(Integer::intValue)
              .toArray();
      this.order = sorted;
      this.lengths = lengths.clone();
      int rows = 0;
      int going = batch;
      for (int s = 0; s < timesteps; s++) {
        while (going > 0 && lengths[sorted[going - 1]] <= s) {
          going--;
        }
        active[s] = going;
        starts[s] = rows;
        rows += going;
      }
      this.total = rows;
    }
  }

  private int timestep(int s, int length) {
    return reverse ? length - 1 - s : s;
  }

  int timesteps() {
    return timesteps;
  }

  int batch() {
    return batch;
  }

  /** The number of stored rows over all timesteps. */
  int total() {
    return total;
  }

  /** Whether there is no padding and rows keep their order. */
  boolean isPlain() {
    return order == null;
  }

  /** Whether every row keeps its place. */
  boolean keepsPlaces() {
    for (int place = 0; order != null && place < batch; place++) {
      if (order[place] != place) {
        return false;
      }
    }
    return true;
  }

  /** The number of rows that are not padding at a step of the loop. */
  int active(int s) {
    return active[s];
  }

  /** The first stored row of a step of the loop. */
  int timestepStart(int s) {
    return starts[s];
  }

  /** The first row of the state before a step of the loop, in a buffer of total + batch rows. */
  int beforeStart(int s) {
    if (order == null) {
      return reverse ? starts[s] + batch : starts[s];
    }
    return s == 0 ? 0 : batch + starts[s - 1];
  }

  /** The first row of the state after a step of the loop. */
  int afterStart(int s) {
    if (order == null) {
      return reverse ? starts[s] : starts[s] + batch;
    }
    return batch + starts[s];
  }

  /** The first row of the initial state. */
  int initialStart() {
    return order == null && reverse ? total : 0;
  }

  /** The first row of the states after each timestep. */
  int afterRows() {
    return order == null && reverse ? 0 : batch;
  }

  /** The row of the state after the last timestep of the row at a place. */
  int lastRow(int place) {
    int length = lengths[rowAt(place)];
    return length == 0 ? initialStart() + place : afterStart(length - 1) + place;
  }

  /** The row of the batch at a place. */
  int rowAt(int place) {
    return order == null ? place : order[place];
  }

  /** The row of {@code [T * B]} that corresponds to a stored row of step s. */
  int sourceRow(int s, int place) {
    int row = rowAt(place);
    return timestep(s, lengths[row]) * batch + row;
  }

  /** The source of every stored row. */
  int[] sourceRows() {
    int[] rows = new int[total];
    for (int s = 0; s < timesteps; s++) {
      for (int place = 0; place < active[s]; place++) {
        rows[starts[s] + place] = sourceRow(s, place);
      }
    }
    return rows;
  }
}
