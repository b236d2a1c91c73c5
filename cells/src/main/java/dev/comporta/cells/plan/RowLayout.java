package dev.comporta.cells.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a batch lie during a run. Without lengths, rows keep their places. With
 * lengths, rows are sorted from long to short and only timesteps that are not padding are stored,
 * so that the rows which are still going on are the first ones at every timestep; a reversed row is
 * stored from its end.
 */
final class RowLayout {
  private final int timesteps;
  private final int batch;
  private final boolean reverse;

  /** Row of the batch at each place, or null if rows keep their places. */
  private final int @Nullable [] order;

  private final int[] lengths;

  /** First stored row of each step of the loop. */
  private final int[] starts;

  private final int[] active;
  private final int total;

  RowLayout(int timesteps, int batch, int @Nullable [] lengths, boolean reverse) {
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

  /** Stored rows over all timesteps. */
  int total() {
    return total;
  }

  /** Whether rows keep their places. */
  boolean isPlain() {
    return order == null;
  }

  /** Whether every row is at the place of its number. */
  boolean keepsPlaces() {
    for (int place = 0; order != null && place < batch; place++) {
      if (order[place] != place) {
        return false;
      }
    }
    return true;
  }

  /** Rows that are not padding at a step of the loop. */
  int active(int s) {
    return active[s];
  }

  /** First stored row of a step of the loop. */
  int timestepStart(int s) {
    return starts[s];
  }

  /** First row of the state before a step of the loop, in a buffer of total + batch rows. */
  int beforeStart(int s) {
    if (order == null) {
      return reverse ? starts[s] + batch : starts[s];
    }
    return s == 0 ? 0 : batch + starts[s - 1];
  }

  /** First row of the state after a step of the loop. */
  int afterStart(int s) {
    if (order == null) {
      return reverse ? starts[s] : starts[s] + batch;
    }
    return batch + starts[s];
  }

  /** First row of the initial state. */
  int initialStart() {
    return order == null && reverse ? total : 0;
  }

  /** First of the rows that hold the state after every timestep. */
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

  /** The row of {@code [T * B]} that a stored row of step s comes from. */
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
