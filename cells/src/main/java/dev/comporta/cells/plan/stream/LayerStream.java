package dev.comporta.cells.plan.stream;

import org.jspecify.annotations.Nullable;

/** Runs the timesteps of one layer, in the memory of some streams. */
final class LayerStream {
  private final StreamLayer layer;

  /** The shares of the columns for several threads, or none. */
  private final Lane[] shares;

  /** All columns for one thread: one lane, or the shares in sequence. */
  private final Lane[] alone;

  /**
   * Creates the lanes.
   *
   * @param states both places of all states of all layers
   * @param streams the number of streams whose states are kept
   * @param rows the number of streams that run at once
   */
  LayerStream(StreamLayer layer, StateLayout layout, float[] states, int streams, int rows) {
    this.layer = layer;
    LayerMemory memory = new LayerMemory(layer, layout, states, streams, rows);
    RowShare single = layer.single();
    this.shares = new Lane[streams == 1 ? layer.shares().size() : 0];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = new Lane(layer, memory, layer.shares().get(i), i, shares.length);
    }
    this.alone =
        streams == 1 && single == null ? shares : new Lane[] {lane(memory, streams, single)};
  }

  /** All columns in one lane; several streams use the program for groups, however few run. */
  private Lane lane(LayerMemory memory, int streams, @Nullable RowShare single) {
    return new Lane(layer, memory, streams == 1 ? single : null, 0, 1);
  }

  StreamLayer layer() {
    return layer;
  }

  /** Whether several threads can share a timestep. */
  boolean isShared() {
    return shares.length > 0;
  }

  /** The lanes of several threads. */
  Lane[] shares() {
    return shares;
  }

  /**
   * Runs one timestep of some streams on one thread.
   *
   * @param now which of the two places of each state holds it
   * @param row the first stream
   * @param count the number of streams, at most those that run at once
   */
  void step(int now, int row, int count, float[] from, int fromOffset, float[] to, int toOffset) {
    for (Lane lane : alone) {
      lane.step(now, row, count, from, fromOffset, to, toOffset);
    }
  }

  /** Runs several timesteps of a single row on one thread, at most {@code most} per call. */
  void run(
      int now, int timesteps, int most, float[] from, int fromOffset, float[] to, int toOffset) {
    for (int t = 0; t < timesteps; t++) {
      for (Lane lane : alone) {
        lane.stepOfChunk(t, timesteps, most, now + t & 1, alone, from, fromOffset, to, toOffset);
      }
    }
  }

  /** Calls the kernels of one thread without work: no elements, and no terms of sums. */
  void touch(boolean products) {
    for (Lane lane : alone) {
      lane.touch(products);
    }
  }
}
