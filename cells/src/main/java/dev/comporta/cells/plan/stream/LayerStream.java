package dev.comporta.cells.plan.stream;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.cells.plan.compile.Buffers;
import dev.comporta.cells.plan.compile.Cursor;
import dev.comporta.cells.plan.compile.Instruction;
import dev.comporta.cells.plan.compile.Place;
import dev.comporta.cells.plan.compile.Program;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The scratch memory for the timesteps of one layer. */
final class LayerStream {
  private final StreamLayer layer;
  private final int rows;
  private final List<Buffers.Buffer> buffers;

  /** The states of all layers and streams, in two places between which timesteps alternate. */
  private final float[] states;

  /** The distance between the two places of a state. */
  private final int half;

  /** The constants of all columns. */
  private final float[] constants;

  /** The start of each buffer, in {@link #states} or {@link #constants}. */
  private final int[] starts;

  /** The buffers of the states. */
  private final int[] stateBuffers;

  /** The shares of the columns for several threads, or none. */
  private final Lane[] shares;

  /** All columns for one thread: one lane, or the shares in sequence. */
  private final Lane[] alone;

  /**
   * Scratch memory for some rows of the states.
   *
   * @param states both places of all states of all layers
   * @param streams the number of streams whose states are kept
   * @param rows the number of streams that run at once
   */
  LayerStream(StreamLayer layer, StateLayout layout, float[] states, int streams, int rows) {
    this.layer = layer;
    this.rows = rows;
    this.states = states;
    this.half = states.length / 2;
    this.buffers = layer.compiled().buffers().all();
    this.starts = new int[buffers.size()];
    int size = 0;
    for (int i = 0; i < starts.length; i++) {
      Buffers.Buffer buffer = buffers.get(i);
      if (buffer.kind() == Buffers.Kind.STATE) {
        starts[i] = layout.part((String) buffer.key()).at() * streams;
      } else if (buffer.kind() == Buffers.Kind.BEFORE && !isInput(buffer)) {
        starts[i] = size;
        size += RowFusion.aligned(rows * buffer.width());
      }
    }
    this.stateBuffers =
        IntStream.range(0, starts.length)
            .filter(i -> buffers.get(i).kind() == Buffers.Kind.STATE)
            .toArray();
    this.constants = new float[size];
    fillRepeated();
    RowShare single = layer.single();
    this.shares = new Lane[streams == 1 ? layer.shares().size() : 0];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = new Lane(layer.shares().get(i), i, shares.length);
    }
    this.alone = streams == 1 && single == null ? shares : new Lane[] {lane(streams, single)};
  }

  /** All columns in one lane; several streams use the program for groups, however few run. */
  private Lane lane(int streams, @Nullable RowShare single) {
    return new Lane(streams == 1 ? single : null, 0, 1);
  }

  private static boolean isInput(Buffers.Buffer buffer) {
    return ((Node) buffer.key()).leaf() == Node.Leaf.INPUT;
  }

  private void fillRepeated() {
    for (int i = 0; i < starts.length; i++) {
      Buffers.Buffer buffer = buffers.get(i);
      if (buffer.kind() == Buffers.Kind.BEFORE && !isInput(buffer)) {
        TapeTensor row = layer.repeated(buffer.key());
        int width = row.shape().count();
        for (int j = 0; j < rows; j++) {
          System.arraycopy(row.data(), row.offset(), constants, starts[i] + j * width, width);
        }
      }
    }
  }

  StreamLayer layer() {
    return layer;
  }

  /** Whether several threads can share a timestep. */
  boolean isShared() {
    return shares.length > 0;
  }

  Lane share(int number) {
    return shares[number];
  }

  /**
   * Runs one timestep of some streams on one thread.
   *
   * @param parity which of the two places of each state holds it now
   * @param row the first stream
   * @param count the number of streams, at most those that run at once
   */
  void step(
      int parity, int row, int count, float[] from, int fromOffset, float[] to, int toOffset) {
    for (Lane lane : alone) {
      if (alone.length > 1) {
        lane.load(parity);
      }
      lane.step(parity, row, count, from, fromOffset, to, toOffset);
    }
    if (alone.length > 1) {
      for (Lane lane : alone) {
        lane.store(1 - parity);
      }
    }
  }

  /** Runs several timesteps of a single row on one thread, at most {@code most} per call. */
  void run(
      int parity, int timesteps, int most, float[] from, int fromOffset, float[] to, int toOffset) {
    for (Lane lane : alone) {
      lane.prepare(from, fromOffset, timesteps, most);
    }
    for (int t = 0; t < timesteps; t++) {
      for (Lane lane : alone) {
        if (alone.length > 1) {
          lane.enter(t, parity + t & 1);
        }
        lane.stepAmong(t, parity + t & 1, from, fromOffset, to, toOffset);
      }
    }
    if (alone.length > 1) {
      for (Lane lane : alone) {
        lane.store(parity + timesteps & 1);
      }
    }
  }

  /** Calls the kernels of one thread without work: no elements, and no terms of sums. */
  void touch(boolean products) {
    for (Lane lane : alone) {
      for (Program.Region region : lane.alone.regions()) {
        for (Instruction instruction : region.instructions()) {
          if (!region.products()) {
            instruction.run(lane.cursor, 0, 0);
          } else if (products && instruction instanceof RowFusion.Merged merged) {
            merged.touch(lane.cursor);
          }
        }
      }
    }
  }

  /** The states that are left operands of products. */
  private List<Integer> multiplied() {
    List<Integer> found = new ArrayList<>();
    for (Program.Region region : layer.group().regions()) {
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Instruction.Products products) {
          for (Place place : products.left()) {
            if (place.rows() == Place.Rows.BEFORE && !found.contains(place.buffer())) {
              found.add(place.buffer());
            }
          }
        }
      }
    }
    return found;
  }

  /**
   * One share of the columns. The shares of a timestep may run in any order, or at once.
   *
   * <p>If there are several shares, each one stores its columns of the states in separate memory,
   * with copies of the states that it multiplies, to avoid false sharing between threads. {@link
   * #load} and {@link #store} copy the states in and out; {@link #meet} copies the results of the
   * other shares.
   */
  final class Lane {
    /** Padding that separates the values that this share writes from those that others read. */
    private static final int APART = 64;

    private final @Nullable RowShare program;
    private final int share;
    private final int shares;
    private final Program alone;
    private final Program among;
    private final Cursor cursor;
    private final Cursor whole;
    private final float[][] arrays;
    private final int[] laneStarts;
    private final float[][] wholeArrays;
    private final int[] wholeStarts;
    private final int input;
    private final Place output;
    private final int outputColumns;
    private final float[] own;
    private final int[] copied;
    private float[] prepared = new float[0];
    private int preparedWidth;

    private Lane(@Nullable RowShare rowProgram, int share, int shares) {
      this.share = share;
      this.shares = shares;
      this.program = rowProgram;
      int count = buffers.size();
      this.arrays = new float[count][];
      this.laneStarts = new int[count];
      this.wholeArrays = new float[count][];
      this.wholeStarts = starts.clone();
      List<List<Place>> neighbours = List.of();
      if (program != null) {
        this.alone = program.alone();
        this.among = program.among();
        neighbours = program.neighbours();
      } else {
        this.alone = layer.group();
        this.among = alone;
      }
      int[] scratch = new int[count];
      List<Integer> left = shares == 1 ? List.of() : multiplied();
      this.copied = left.stream().mapToInt(Integer::intValue).toArray();
      this.own = new float[layOut(neighbours, scratch)];
      int found = -1;
      for (int i = 0; i < count; i++) {
        Buffers.Buffer buffer = buffers.get(i);
        arrays[i] = own;
        laneStarts[i] = scratch[i];
        wholeArrays[i] = left.contains(i) ? own : all(buffer);
        switch (buffer.kind()) {
          case STATE -> {
            if (shares == 1) {
              shared(i, buffer);
            }
          }
          case BEFORE -> {
            if (isInput(buffer)) {
              found = i;
            } else {
              shared(i, buffer);
            }
          }
          case VECTOR -> {
            TapeTensor vector = layer.vector(buffer.key());
            arrays[i] = vector.data();
            laneStarts[i] = vector.offset();
          }
          default -> {}
        }
      }
      this.input = found;
      Place all = layer.compiled().output();
      this.outputColumns = all.width() / shares;
      this.output = new Place(all.buffer(), all.rows(), outputColumns, all.column());
      Map<Plane.Block, PackedMatrix> matrices =
          program == null ? layer.matrices() : program.matrices();
      this.cursor =
          new Cursor(
              layer.backend(), new Cursor.Binding(arrays, laneStarts, matrices), own, scratch);
      this.whole =
          shares == 1
              ? cursor
              : new Cursor(
                  layer.backend(),
                  new Cursor.Binding(wholeArrays, wholeStarts, matrices),
                  own,
                  scratch);
      cursor.setWhole(whole);
    }

    private float[] all(Buffers.Buffer buffer) {
      return buffer.kind() == Buffers.Kind.STATE ? states : constants;
    }

    private void shared(int number, Buffers.Buffer buffer) {
      arrays[number] = all(buffer);
      laneStarts[number] = starts[number] + share * (buffer.width() / shares);
    }

    /** Lays out the lane's own buffers in one array, with slack for a vector at its end. */
    private int layOut(List<List<Place>> neighbours, int[] offsets) {
      int piece = alone.mostPieceRows(rows);
      int size = shares == 1 ? 0 : APART;
      boolean[] placed = new boolean[offsets.length];
      for (List<Place> run : neighbours) {
        for (Place place : run) {
          offsets[place.buffer()] = size;
          placed[place.buffer()] = true;
          size += RowFusion.aligned(place.width());
        }
      }
      for (int i = 0; i < offsets.length; i++) {
        if (!placed[i]) {
          Buffers.Buffer buffer = buffers.get(i);
          offsets[i] = size;
          size +=
              switch (buffer.kind()) {
                case TIMESTEPS, TILE -> rows * buffer.width();
                case PIECE -> piece * buffer.width();
                case STATE -> shares == 1 ? 0 : 2 * (buffer.width() / shares);
                default -> 0;
              };
          size = RowFusion.aligned(size);
        }
      }
      for (int state : copied) {
        wholeStarts[state] = size;
        size += RowFusion.aligned(buffers.get(state).width());
      }
      return size + (shares == 1 ? RowFusion.ALIGNMENT : APART);
    }

    /**
     * Runs a single timestep of some streams.
     *
     * @param parity which of the two places of each state holds it now
     * @param row the first stream
     * @param count the number of streams
     */
    void step(
        int parity, int row, int count, float[] from, int fromOffset, float[] to, int toOffset) {
      moveTo(parity, row, from, fromOffset);
      alone.run(cursor, row, count);
      System.arraycopy(
          cursor.array(output),
          cursor.at(output, row),
          to,
          toOffset + share * outputColumns,
          count * outputColumns);
    }

    /** Everything but the states is addressed relative to the first row. */
    private void moveTo(int parity, int row, float[] from, int fromOffset) {
      if (input >= 0) {
        if (arrays[input] != from) { // avoid writing a reference to a shared cache line
          wholeArrays[input] = from;
          arrays[input] = from;
        }
        wholeStarts[input] = fromOffset;
        laneStarts[input] = fromOffset + share * (layer.inputSize() / shares);
      }
      if (shares == 1) {
        cursor.moveTo(-row, 0, 0, row);
        cursor.shift(parity * half, (1 - parity) * half);
      } else {
        cursor.moveTo(0, parity, 1 - parity, 0);
      }
    }

    /** Prepares a timestep of a chunk, given by its number. */
    void enter(int number, int parity) {
      if (number == 0) {
        load(parity);
      } else {
        meet(parity);
      }
    }

    /** Copies the states, which any thread may have computed, to this share. */
    void load(int parity) {
      for (int state : stateBuffers) {
        int width = buffers.get(state).width() / shares;
        System.arraycopy(
            states,
            parity * half + starts[state] + share * width,
            own,
            laneStarts[state] + parity * width,
            width);
      }
      for (int state : copied) {
        int width = buffers.get(state).width();
        System.arraycopy(states, parity * half + starts[state], own, wholeStarts[state], width);
      }
    }

    /** Copies the results of all shares from the previous timestep. */
    void meet(int parity) {
      for (int state : copied) {
        int width = buffers.get(state).width() / shares;
        for (Lane other : LayerStream.this.shares) {
          System.arraycopy(
              other.own,
              other.laneStarts[state] + parity * width,
              own,
              wholeStarts[state] + other.share * width,
              width);
        }
      }
    }

    /** Stores this share's columns of the states. */
    void store(int parity) {
      for (int state : stateBuffers) {
        int width = buffers.get(state).width() / shares;
        System.arraycopy(
            own,
            laneStarts[state] + parity * width,
            states,
            parity * half + starts[state] + share * width,
            width);
      }
    }

    /** Computes the partial sums of timesteps that {@link #stepAmong} then executes one by one. */
    void prepare(float[] from, int fromOffset, int timesteps, int most) {
      RowShare row = Objects.requireNonNull(program);
      preparedWidth = row.preparedWidth();
      if (prepared.length < most * preparedWidth) {
        prepared = new float[most * preparedWidth];
      }
      cursor.setPrepared(prepared);
      row.prepare(layer.backend(), from, fromOffset, layer.inputSize(), timesteps, prepared);
    }

    /** Runs one of the prepared timesteps, given by its number. */
    void stepAmong(int number, int parity, float[] from, int fromOffset, float[] to, int toOffset) {
      moveTo(parity, 0, from, fromOffset + number * layer.inputSize());
      cursor.setPreparedAt(number * preparedWidth);
      among.run(cursor, 0, 1);
      System.arraycopy(
          cursor.array(output),
          cursor.at(output, 0),
          to,
          toOffset + number * layer.outputSize() + share * outputColumns,
          outputColumns);
    }
  }
}
