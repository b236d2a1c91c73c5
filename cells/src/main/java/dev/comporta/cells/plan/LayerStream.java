package dev.comporta.cells.plan;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.tensor.TapeTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The state of one layer in a group of streams, and the scratch memory for its steps. */
final class LayerStream {
  private final StreamLayer layer;
  private final int rows;
  private final List<Buffers.Buffer> buffers;

  /** The states and constants of all columns. */
  private final float[] arena;

  private final int[] starts;
  private final Map<String, Integer> states = new LinkedHashMap<>();

  /** The shares of the columns for several threads, or none. */
  private final Lane[] shares;

  /** All columns for one thread: one lane, or the shares in sequence. */
  private final Lane[] alone;

  LayerStream(StreamLayer layer, int rows) {
    this.layer = layer;
    this.rows = rows;
    this.buffers = layer.compiled().buffers().all();
    this.starts = new int[buffers.size()];
    int size = 0;
    for (int i = 0; i < starts.length; i++) {
      Buffers.Buffer buffer = buffers.get(i);
      starts[i] = size;
      size +=
          switch (buffer.kind()) {
            case STATE -> 2 * rows * buffer.width();
            case BEFORE -> isInput(buffer) ? 0 : rows * buffer.width();
            default -> 0;
          };
      size = RowFusion.aligned(size);
      if (buffer.kind() == Buffers.Kind.STATE) {
        states.put((String) buffer.key(), i);
      }
    }
    this.arena = new float[size];
    fillRepeated();
    RowShare single = layer.single();
    this.shares = new Lane[rows == 1 ? layer.shares().size() : 0];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = new Lane(layer.shares().get(i), i, shares.length);
    }
    this.alone = rows == 1 && single == null ? shares : new Lane[] {new Lane(single, 0, 1)};
    reset();
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
          System.arraycopy(row.data(), row.offset(), arena, starts[i] + j * width, width);
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

  /** Runs one timestep on one thread. */
  void step(int parity, float[] from, int fromOffset, float[] to, int toOffset) {
    for (Lane lane : alone) {
      if (alone.length > 1) {
        lane.load(parity);
      }
      lane.step(parity, from, fromOffset, to, toOffset);
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

  /** Resets to the initial state, in the first of the two places of each state. */
  void reset() {
    states.forEach((name, buffer) -> {
      float[] start = layer.initial().get(name);
      if (start != null) {
        for (int row = 0; row < rows; row++) {
          System.arraycopy(start, 0, arena, starts[buffer] + row * start.length, start.length);
        }
      }
    });
  }

  int stateSize() {
    int size = 0;
    for (int buffer : states.values()) {
      size += rows * buffers.get(buffer).width();
    }
    return size;
  }

  /** Copies the states of a parity out and returns the next free index. */
  int save(int parity, float[] to, int offset) {
    int at = offset;
    for (int buffer : states.values()) {
      int count = rows * buffers.get(buffer).width();
      System.arraycopy(arena, starts[buffer] + parity * count, to, at, count);
      at += count;
    }
    return at;
  }

  /** Copies states in and returns the next index. */
  int restore(int parity, float[] from, int offset) {
    int at = offset;
    for (int buffer : states.values()) {
      int count = rows * buffers.get(buffer).width();
      System.arraycopy(from, at, arena, starts[buffer] + parity * count, count);
      at += count;
    }
    return at;
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
      this.program = rows == 1 ? rowProgram : null;
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
        wholeArrays[i] = left.contains(i) ? own : arena;
        switch (buffer.kind()) {
          case STATE -> {
            if (shares == 1) {
              shared(i, buffer.width());
            }
          }
          case BEFORE -> {
            if (isInput(buffer)) {
              found = i;
            } else {
              shared(i, buffer.width());
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

    private void shared(int buffer, int width) {
      arrays[buffer] = arena;
      laneStarts[buffer] = starts[buffer] + share * (width / shares);
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
     * Runs a single timestep.
     *
     * @param parity which of the two places of each state holds it now
     */
    void step(int parity, float[] from, int fromOffset, float[] to, int toOffset) {
      moveTo(parity, from, fromOffset);
      alone.run(cursor, 0, rows);
      System.arraycopy(
          cursor.array(output),
          cursor.at(output, 0),
          to,
          toOffset + share * outputColumns,
          rows * outputColumns);
    }

    private void moveTo(int parity, float[] from, int fromOffset) {
      if (input >= 0) {
        if (arrays[input] != from) { // avoid writing a reference to a shared cache line
          wholeArrays[input] = from;
          arrays[input] = from;
        }
        wholeStarts[input] = fromOffset;
        laneStarts[input] = fromOffset + share * (layer.inputSize() / shares);
      }
      cursor.moveTo(0, parity * rows, (1 - parity) * rows, 0);
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
      for (int state : states.values()) {
        int all = buffers.get(state).width();
        int width = all / shares;
        System.arraycopy(
            arena,
            starts[state] + parity * all + share * width,
            own,
            laneStarts[state] + parity * width,
            width);
      }
      for (int state : copied) {
        int all = buffers.get(state).width();
        System.arraycopy(arena, starts[state] + parity * all, own, wholeStarts[state], all);
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
      for (int state : states.values()) {
        int all = buffers.get(state).width();
        int width = all / shares;
        System.arraycopy(
            own,
            laneStarts[state] + parity * width,
            arena,
            starts[state] + parity * all + share * width,
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
      moveTo(parity, from, fromOffset + number * layer.inputSize());
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
