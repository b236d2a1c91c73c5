package dev.comporta.cells.plan.program;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import java.util.Arrays;
import java.util.List;

/** One instruction of a program, executed for some rows of one timestep. */
public interface Instruction {
  /** Computes rows {@code [row, row + rows)}. */
  void run(Cursor cursor, int row, int rows);

  /** An instruction whose places are known, for one row. */
  @FunctionalInterface
  interface Resolved {
    /** Computes the row. */
    void run();
  }

  /**
   * Resolves the places of row 0, for a cursor that is always moved to where it is now before the
   * result runs. Where the arrays are small, finding places costs as much as the arithmetic. {@link
   * #run} does not go through this: groups of rows would allocate what is returned here.
   */
  default Resolved resolve(Cursor cursor) {
    return () -> run(cursor, 0, 1);
  }

  /** Whether this writes to a place; one that does not say may write anywhere. */
  default boolean writes(Place place) {
    return true;
  }

  /** Whether this reads or writes a place; one that does not say may touch all. */
  default boolean touches(Place place) {
    return true;
  }

  /** The matrices that this multiplies by. */
  default List<Block> blocks() {
    return List.of();
  }

  /**
   * The approximate number of multiply-adds per row.
   *
   * @param width the width of the instruction's region
   * @param positions the number of positions of each axis
   */
  default long cost(int width, int[] positions) {
    return 16L * width;
  }

  /** The floating-point operations per row that depend on the number of positions. */
  default double operations(int[] positions) {
    return 0;
  }

  /** What an instruction keeps for each cursor. */
  interface Frame {}

  /** An instruction that needs memory of its own for each cursor. */
  interface Framed extends Instruction {
    /** Its number in {@link Cursor#frame}. */
    int number();

    /** The floats of scratch memory, which instructions may share because they run in sequence. */
    int scratchFloats(int[] positions);

    /** Creates what it keeps for a cursor. */
    Frame frame(TensorBackend backend, float[] scratch, int offset, int[] positions);
  }

  /** An instruction that reads some places and writes one. */
  interface ToOnePlace extends Instruction {
    /** What it reads, {@link #y} left out. */
    List<Place> reads();

    /** Where the result goes. */
    Place y();

    @Override
    default boolean writes(Place place) {
      return y().overlaps(place);
    }

    @Override
    default boolean touches(Place place) {
      return writes(place) || reads().stream().anyMatch(place::overlaps);
    }
  }

  /** An instruction that reads one place. */
  interface OfOne extends ToOnePlace {
    /** What it reads. */
    Place x();

    @Override
    default List<Place> reads() {
      return List.of(x());
    }
  }

  /** {@code y = f(x)}. */
  record Unary(UnaryFunction function, Place x, Place y) implements OfOne {
    @Override
    public Resolved resolve(Cursor cursor) {
      TensorBackend backend = cursor.backend();
      float[] xs = cursor.array(x);
      int xAt = cursor.at(x, 0);
      float[] ys = cursor.array(y);
      int yAt = cursor.at(y, 0);
      int count = y.width();
      return () -> backend.unary(function, xs, xAt, ys, yAt, count);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      cursor
          .backend()
          .unary(
              function,
              cursor.array(x),
              cursor.at(x, row),
              cursor.array(y),
              cursor.at(y, row),
              rows * y.width());
    }
  }

  /** {@code y = scale * x + shift}. */
  record Affine(float scale, float shift, Place x, Place y) implements OfOne {
    @Override
    public Resolved resolve(Cursor cursor) {
      TensorBackend backend = cursor.backend();
      float[] xs = cursor.array(x);
      int xAt = cursor.at(x, 0);
      float[] ys = cursor.array(y);
      int yAt = cursor.at(y, 0);
      int count = y.width();
      return () -> backend.affine(scale, shift, xs, xAt, ys, yAt, count);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      cursor
          .backend()
          .affine(
              scale,
              shift,
              cursor.array(x),
              cursor.at(x, row),
              cursor.array(y),
              cursor.at(y, row),
              rows * y.width());
    }
  }

  /** {@code y = f(a, b)}, all of one width. */
  record Binary(BinaryFunction function, Place a, Place b, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(a, b);
    }

    @Override
    public Resolved resolve(Cursor cursor) {
      TensorBackend backend = cursor.backend();
      float[] as = cursor.array(a);
      int aAt = cursor.at(a, 0);
      float[] bs = cursor.array(b);
      int bAt = cursor.at(b, 0);
      float[] ys = cursor.array(y);
      int yAt = cursor.at(y, 0);
      int count = y.width();
      return () -> backend.binary(function, as, aAt, bs, bAt, ys, yAt, count);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      cursor
          .backend()
          .binary(
              function,
              cursor.array(a),
              cursor.at(a, row),
              cursor.array(b),
              cursor.at(b, row),
              cursor.array(y),
              cursor.at(y, row),
              rows * y.width());
    }
  }

  /** {@code y = f(a, number)}, or with the operands exchanged. */
  record BinaryNumber(BinaryFunction function, Place a, float number, boolean first, Place y)
      implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(a);
    }

    @Override
    public Resolved resolve(Cursor cursor) {
      TensorBackend backend = cursor.backend();
      float[] as = cursor.array(a);
      int aAt = cursor.at(a, 0);
      float[] ys = cursor.array(y);
      int yAt = cursor.at(y, 0);
      int count = y.width();
      return () -> backend.binaryNumber(function, as, aAt, number, first, ys, yAt, count);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      cursor
          .backend()
          .binaryNumber(
              function,
              cursor.array(a),
              cursor.at(a, row),
              number,
              first,
              cursor.array(y),
              cursor.at(y, row),
              rows * y.width());
    }
  }

  /** {@code y = f(a, v)} row by row, for a vector v, or with the operands exchanged. */
  record BinaryVector(BinaryFunction function, Place a, Place vector, boolean first, Place y)
      implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(a, vector);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      TensorBackend backend = cursor.backend();
      float[] vectors = cursor.array(vector);
      int at = cursor.at(vector, row);
      for (int i = row; i < row + rows; i++) {
        if (first) {
          backend.binary(
              function,
              vectors,
              at,
              cursor.array(a),
              cursor.at(a, i),
              cursor.array(y),
              cursor.at(y, i),
              y.width());
        } else {
          backend.binary(
              function,
              cursor.array(a),
              cursor.at(a, i),
              vectors,
              at,
              cursor.array(y),
              cursor.at(y, i),
              y.width());
        }
      }
    }
  }

  /** {@code y = f(a, c)} row by row, for one number c per row, or with the operands exchanged. */
  record BinaryColumn(BinaryFunction function, Place a, Place column, boolean first, Place y)
      implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(a, column);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      float[] numbers = cursor.array(column);
      for (int i = row; i < row + rows; i++) {
        cursor
            .backend()
            .binaryNumber(
                function,
                cursor.array(a),
                cursor.at(a, i),
                numbers[cursor.at(column, i)],
                first,
                cursor.array(y),
                cursor.at(y, i),
                y.width());
      }
    }
  }

  /** {@code y = a * b + c}. */
  record MultiplyAdd(Place a, Place b, Place c, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(a, b, c);
    }

    @Override
    public Resolved resolve(Cursor cursor) {
      TensorBackend backend = cursor.backend();
      float[] as = cursor.array(a);
      int aAt = cursor.at(a, 0);
      float[] bs = cursor.array(b);
      int bAt = cursor.at(b, 0);
      float[] cs = cursor.array(c);
      int cAt = cursor.at(c, 0);
      float[] ys = cursor.array(y);
      int yAt = cursor.at(y, 0);
      int count = y.width();
      return () -> backend.multiplyAdd(as, aAt, bs, bAt, cs, cAt, ys, yAt, count);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      cursor
          .backend()
          .multiplyAdd(
              cursor.array(a),
              cursor.at(a, row),
              cursor.array(b),
              cursor.at(b, row),
              cursor.array(c),
              cursor.at(c, row),
              cursor.array(y),
              cursor.at(y, row),
              rows * y.width());
    }
  }

  /** {@code y = condition != 0 ? a : b}, all of one width. */
  record Select(Place condition, Place a, Place b, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(condition, a, b);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      cursor
          .backend()
          .select(
              cursor.array(condition),
              cursor.at(condition, row),
              cursor.array(a),
              cursor.at(a, row),
              cursor.array(b),
              cursor.at(b, row),
              cursor.array(y),
              cursor.at(y, row),
              rows * y.width());
    }
  }

  /** An instruction that does the same with each of the vectors that a row consists of. */
  interface OfVectors extends OfOne {
    /** The vectors of a row. */
    int vectors();

    /** Computes one vector, of {@code size} elements, from one of {@code width}. */
    void compute(
        TensorBackend backend, float[] x, int xAt, int width, float[] y, int yAt, int size);

    @Override
    default void run(Cursor cursor, int row, int rows) {
      int width = x().width() / vectors();
      int size = y().width() / vectors();
      for (int i = row; i < row + rows; i++) {
        int xAt = cursor.at(x(), i);
        int yAt = cursor.at(y(), i);
        for (int v = 0; v < vectors(); v++) {
          compute(
              cursor.backend(),
              cursor.array(x()),
              xAt + v * width,
              width,
              cursor.array(y()),
              yAt + v * size,
              size);
        }
      }
    }
  }

  /** A function of each of the vectors that a row consists of. */
  record Row(RowFunction function, Place x, int vectors, Place y) implements OfVectors {
    @Override
    public void compute(
        TensorBackend backend, float[] x, int xAt, int width, float[] y, int yAt, int size) {
      function.apply(backend, x, xAt, width, y, yAt);
    }
  }

  /** A number everywhere. */
  record Fill(float number, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of();
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      int at = cursor.at(y, row);
      Arrays.fill(cursor.array(y), at, at + rows * y.width(), number);
    }
  }

  /** A vector in every row. */
  record Spread(Place vector, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(vector);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      for (int i = row; i < row + rows; i++) {
        System.arraycopy(
            cursor.array(vector),
            cursor.at(vector, i),
            cursor.array(y),
            cursor.at(y, i),
            y.width());
      }
    }
  }
}
