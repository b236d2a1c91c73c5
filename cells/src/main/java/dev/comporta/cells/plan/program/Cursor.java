package dev.comporta.cells.plan.program;

import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.Map;

/** The position of a task in the loop; resolves a place to an array and an index. */
public final class Cursor {
  private final TensorBackend backend;
  private final Binding binding;
  private final float[] scratch;
  private final int[] scratchStart;
  private int timestepRow;
  private int beforeRow;
  private int afterRow;
  private int beforeShift;
  private int afterShift;
  private int tileRow;
  private int pieceRow;
  private Instruction.Frame[] frames = {};
  private Cursor whole = this;
  private Workers workers = Workers.ALONE;
  private float[] prepared = new float[0];
  private int preparedAt;

  public Cursor(TensorBackend backend, Binding binding, float[] scratch, int[] scratchStart) {
    this.backend = backend;
    this.binding = binding;
    this.scratch = scratch;
    this.scratchStart = scratchStart;
  }

  /**
   * The arrays of a run.
   *
   * @param arrays the array of each buffer
   * @param starts the start of each buffer in its array
   * @param matrices the packed right operands
   * @param reach the positions of memories
   */
  @SuppressWarnings("ArrayRecordComponent") // shared by all tasks of a run
  public record Binding(
      float[][] arrays, int[] starts, Map<Block, PackedMatrix> matrices, Reach reach) {
    /** A run without memories. */
    public Binding(float[][] arrays, int[] starts, Map<Block, PackedMatrix> matrices) {
      this(arrays, starts, matrices, Reach.NONE);
    }
  }

  /** Sets what instructions keep for this cursor, by the numbers that they chose. */
  public void setFrames(Instruction.Frame[] made) {
    this.frames = made;
  }

  /** What an instruction keeps for this cursor. */
  public Instruction.Frame frame(int number) {
    return frames[number];
  }

  /** The positions of memories. */
  public Reach reach() {
    return binding.reach();
  }

  /** The start of a row's positions. */
  public int positionsAt(Place place, int row, int axis, int columns) {
    int each = binding.reach().positions(axis) * columns;
    int start = binding.starts()[place.buffer()];
    return switch (place.rows()) {
      case TIMESTEP -> start + (timestepRow + row) * each;
      case BEFORE -> start + (beforeRow + row) * each;
      case AFTER -> start + (afterRow + row) * each;
      default -> start + row * each;
    };
  }

  /** Whether a buffer is bound; gradients that are not needed are not. */
  public boolean isBound(int buffer) {
    return binding.arrays()[buffer] != null;
  }

  public void moveTo(int timestepStart, int beforeStart, int afterStart, int tile) {
    this.timestepRow = timestepStart;
    this.beforeRow = beforeStart;
    this.afterRow = afterStart;
    this.tileRow = tile;
    this.pieceRow = tile;
  }

  /** Sets the distances of the states before and after the timestep from the starts of states. */
  public void shift(int before, int after) {
    this.beforeShift = before;
    this.afterShift = after;
  }

  void piece(int row) {
    this.pieceRow = row;
  }

  /** Sets the partial sums of all timesteps that were computed before the loop. */
  public void setPrepared(float[] rows) {
    this.prepared = rows;
  }

  /** Sets the index of the partial sums of the next timestep. */
  public void setPreparedAt(int at) {
    this.preparedAt = at;
  }

  public float[] prepared() {
    return prepared;
  }

  public int preparedAt() {
    return preparedAt;
  }

  /**
   * For a share of the columns: sets the cursor that resolves complete left operands of products.
   */
  public void setWhole(Cursor cursor) {
    this.whole = cursor;
  }

  /** This cursor, or for a share of the columns the one that resolves values of all columns. */
  public Cursor whole() {
    return whole;
  }

  public TensorBackend backend() {
    return backend;
  }

  /** Sets the threads that share the products of this task, the only one of its loop. */
  public void setWorkers(Workers sharing) {
    this.workers = sharing;
  }

  /** The threads that may share the columns of a product. */
  Workers workers() {
    return workers;
  }

  public PackedMatrix matrix(Block block) {
    PackedMatrix matrix = binding.matrices().get(block);
    if (matrix == null) {
      throw new IllegalStateException("not packed: " + block);
    }
    return matrix;
  }

  public float[] array(Place place) {
    return switch (place.rows()) {
      case TILE, PIECE -> scratch;
      default -> binding.arrays()[place.buffer()];
    };
  }

  public int at(Place place, int row) {
    int width = place.width();
    return switch (place.rows()) {
      case TIMESTEP -> binding.starts()[place.buffer()] + (timestepRow + row) * width;
      case BEFORE -> binding.starts()[place.buffer()] + beforeShift + (beforeRow + row) * width;
      case AFTER -> binding.starts()[place.buffer()] + afterShift + (afterRow + row) * width;
      case BATCH -> binding.starts()[place.buffer()] + row * width;
      case SHARED -> binding.starts()[place.buffer()] + place.column();
      case TILE -> scratchStart[place.buffer()] + (row - tileRow) * width;
      case PIECE -> scratchStart[place.buffer()] + (row - pieceRow) * width;
    };
  }
}
