package dev.comporta.cells.plan.stream;

import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.tensor.TapeTensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The memory of a layer that its lanes share: the states of all streams, and constants.
 *
 * <p>Each state has two places. At a timestep, one of them (called {@code now}, 0 or 1) holds the
 * state before it, and the other one receives the state after it; they alternate. So nothing is
 * read that the same timestep writes, and lanes may run in any order or at once.
 */
final class LayerMemory {
  private final List<Buffer> buffers;
  private final float[] states;
  private final int half;
  private final float[] constants;
  private final int[] starts;
  private final int[] stateBuffers;
  private final int rows;

  /**
   * Lays out the constants and finds the states.
   *
   * @param states both places of all states of all layers
   * @param streams the number of streams whose states are kept
   * @param rows the number of streams that run at once
   */
  LayerMemory(StreamLayer layer, StateLayout layout, float[] states, int streams, int rows) {
    this.rows = rows;
    this.states = states;
    this.half = states.length / 2;
    this.buffers = layer.compiled().buffers().all();
    this.starts = new int[buffers.size()];
    int size = 0;
    for (int i = 0; i < starts.length; i++) {
      if (buffers.get(i) instanceof Buffer.State state) {
        starts[i] = layout.part(state.name()).at() * streams;
      } else if (buffers.get(i) instanceof Buffer.Before it && !it.value().isInput()) {
        starts[i] = size;
        size += RowFusion.aligned(rows * it.width());
      }
    }
    this.stateBuffers =
        IntStream.range(0, starts.length)
            .filter(i -> buffers.get(i) instanceof Buffer.State)
            .toArray();
    this.constants = new float[size];
    fillConstants(layer);
  }

  private void fillConstants(StreamLayer layer) {
    for (int i = 0; i < starts.length; i++) {
      if (buffers.get(i) instanceof Buffer.Before it && !it.value().isInput()) {
        TapeTensor row = layer.repeated(it);
        int width = row.shape().count();
        for (int j = 0; j < rows; j++) {
          System.arraycopy(row.data(), row.offset(), constants, starts[i] + j * width, width);
        }
      }
    }
  }

  List<Buffer> buffers() {
    return buffers;
  }

  /** The number of streams that run at once. */
  int rows() {
    return rows;
  }

  /** The array of a buffer that lanes share. */
  float[] array(Buffer buffer) {
    return buffer instanceof Buffer.State ? states : constants;
  }

  /** The start of a buffer that lanes share; of a state, its first place. */
  int start(int buffer) {
    return starts[buffer];
  }

  /** A copy of all starts. */
  int[] starts() {
    return starts.clone();
  }

  /** The distance between the two places of a state. */
  int half() {
    return half;
  }

  /** The numbers of the buffers of states. */
  int[] stateBuffers() {
    return stateBuffers;
  }

  /** The states of all layers and streams. */
  float[] states() {
    return states;
  }
}
