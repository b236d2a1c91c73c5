package dev.comporta.cells.plan.stream;

import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Place;
import dev.comporta.tensor.TapeTensor;
import java.util.List;

/**
 * The memory of one lane: scratch memory and, if a timestep is divided among several lanes, its
 * columns of the states, with copies of the whole states that it multiplies. They are separate from
 * the memory of the layer, so that threads do not write to the same cache lines.
 *
 * <p>A lane that is the only one works in the memory of the layer, and copies nothing.
 */
final class LaneMemory {
  /** Padding that separates the values that this lane writes from those that others read. */
  private static final int APART = 64;

  private final LayerMemory layer;
  private final int share;
  private final int shares;
  private final float[] own;

  /** The columns of this lane: the array and the start of each buffer. */
  private final float[][] arrays;

  private final int[] starts;

  /** The same with all columns of what products multiply. */
  private final float[][] wholeArrays;

  private final int[] wholeStarts;
  private final int[] scratch;

  /** The states that this lane has whole copies of. */
  private final int[] copied;

  private int input = -1;

  /**
   * Lays out the memory.
   *
   * @param layer the memory of the layer
   * @param values finds the parameter vectors
   * @param multiplied the states that are left operands of products
   * @param neighbours sequences of buffers that must be adjacent
   * @param pieceRows the most rows of a block of a tile
   * @param share the number of this lane
   * @param shares the number of lanes
   */
  LaneMemory(
      LayerMemory layer,
      StreamLayer values,
      List<Integer> multiplied,
      List<List<Place>> neighbours,
      int pieceRows,
      int share,
      int shares) {
    this.layer = layer;
    this.share = share;
    this.shares = shares;
    int count = layer.buffers().size();
    this.arrays = new float[count][];
    this.starts = new int[count];
    this.wholeArrays = new float[count][];
    this.wholeStarts = layer.starts();
    this.scratch = new int[count];
    this.copied =
        shares == 1 ? new int[0] : multiplied.stream().mapToInt(Integer::intValue).toArray();
    this.own = new float[layOut(neighbours, pieceRows)];
    for (int i = 0; i < count; i++) {
      bind(i, layer.buffers().get(i), values);
    }
    for (int state : copied) {
      wholeArrays[state] = own;
    }
  }

  /** Lays out the lane's own buffers in one array, with slack for a vector at its end. */
  private int layOut(List<List<Place>> neighbours, int pieceRows) {
    int size = shares == 1 ? 0 : APART;
    boolean[] placed = new boolean[scratch.length];
    for (List<Place> run : neighbours) {
      for (Place place : run) {
        scratch[place.buffer()] = size;
        placed[place.buffer()] = true;
        size += RowFusion.aligned(place.width());
      }
    }
    for (int i = 0; i < scratch.length; i++) {
      if (!placed[i]) {
        scratch[i] = size;
        size = RowFusion.aligned(size + ownFloats(layer.buffers().get(i), pieceRows));
      }
    }
    for (int state : copied) {
      wholeStarts[state] = size;
      size += RowFusion.aligned(layer.buffers().get(state).width());
    }
    return size + (shares == 1 ? RowFusion.ALIGNMENT : APART);
  }

  private int ownFloats(Buffer buffer, int pieceRows) {
    return switch (buffer) {
      case Buffer.Timesteps it -> layer.rows() * it.width();
      case Buffer.Tile it -> layer.rows() * it.width();
      case Buffer.Piece it -> pieceRows * it.width();
      case Buffer.State it -> shares == 1 ? 0 : 2 * (it.width() / shares);
      default -> 0;
    };
  }

  private void bind(int number, Buffer buffer, StreamLayer values) {
    arrays[number] = own;
    starts[number] = scratch[number];
    wholeArrays[number] = layer.array(buffer);
    switch (buffer) {
      case Buffer.State _ -> {
        if (shares == 1) {
          bindToLayer(number, buffer);
        }
      }
      case Buffer.Before it -> {
        if (it.value().isInput()) {
          input = number;
        } else {
          bindToLayer(number, buffer);
        }
      }
      case Buffer.Vector it -> {
        TapeTensor vector = values.vector(it);
        arrays[number] = vector.data();
        starts[number] = vector.offset();
      }
      default -> {}
    }
  }

  private void bindToLayer(int number, Buffer buffer) {
    arrays[number] = layer.array(buffer);
    starts[number] = layer.start(number) + share * (buffer.width() / shares);
  }

  /** The arrays of the buffers, for this lane's columns. */
  float[][] arrays() {
    return arrays;
  }

  /** The starts of the buffers in {@link #arrays}. */
  int[] starts() {
    return starts;
  }

  /** The arrays of the buffers, for all columns of left operands. */
  float[][] wholeArrays() {
    return wholeArrays;
  }

  /** The starts of the buffers in {@link #wholeArrays}. */
  int[] wholeStarts() {
    return wholeStarts;
  }

  /** The array of scratch memory. */
  float[] own() {
    return own;
  }

  /** The starts of the buffers in {@link #own}. */
  int[] scratch() {
    return scratch;
  }

  /** Sets the input of the timestep. */
  void setInput(float[] from, int offset, int size) {
    if (input >= 0) {
      if (arrays[input] != from) { // avoid writing a reference to a shared cache line
        wholeArrays[input] = from;
        arrays[input] = from;
      }
      wholeStarts[input] = offset;
      starts[input] = offset + share * (size / shares);
    }
  }

  /** Copies the states, which any thread may have computed, from the memory of the layer. */
  void load(int now) {
    if (shares == 1) {
      return;
    }
    float[] states = layer.states();
    for (int state : layer.stateBuffers()) {
      int width = layer.buffers().get(state).width() / shares;
      System.arraycopy(
          states,
          now * layer.half() + layer.start(state) + share * width,
          own,
          starts[state] + now * width,
          width);
    }
    for (int state : copied) {
      int width = layer.buffers().get(state).width();
      System.arraycopy(
          states, now * layer.half() + layer.start(state), own, wholeStarts[state], width);
    }
  }

  /** Copies what all lanes computed at the previous timestep. */
  void exchange(int now, Lane[] lanes) {
    for (int state : copied) {
      int width = layer.buffers().get(state).width() / shares;
      for (int i = 0; i < lanes.length; i++) {
        LaneMemory other = lanes[i].memory();
        System.arraycopy(
            other.own,
            other.starts[state] + now * width,
            own,
            wholeStarts[state] + i * width,
            width);
      }
    }
  }

  /** Copies this lane's columns of the states to the memory of the layer. */
  void store(int now) {
    if (shares == 1) {
      return;
    }
    for (int state : layer.stateBuffers()) {
      int width = layer.buffers().get(state).width() / shares;
      System.arraycopy(
          own,
          starts[state] + now * width,
          layer.states(),
          now * layer.half() + layer.start(state) + share * width,
          width);
    }
  }
}
