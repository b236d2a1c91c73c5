package dev.comporta.cells.plan.program;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.tensor.MovedColumns;
import java.util.Arrays;
import java.util.List;

/** One instruction of a program, executed for some rows of one timestep. */
public interface Instruction {
  /** Computes rows {@code [row, row + rows)}. */
  void run(Cursor cursor, int row, int rows);

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

  /** {@code y = f(x)}. */
  record Unary(UnaryFunction function, Place x, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(x);
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
  record Affine(float scale, float shift, Place x, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(x);
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

  /** A function of each of the vectors that a row consists of. */
  record Row(RowFunction function, Place x, int vectors, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(x);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      TensorBackend backend = cursor.backend();
      float[] from = cursor.array(x);
      float[] to = cursor.array(y);
      int width = x.width() / vectors;
      int step = y.width() / vectors;
      for (int i = row; i < row + rows; i++) {
        int xAt = cursor.at(x, i);
        int yAt = cursor.at(y, i);
        for (int v = 0; v < vectors; v++) {
          function.apply(backend, from, xAt + v * width, width, to, yAt + v * step);
        }
      }
    }
  }

  /** {@code y[o, r, i] = x[o, i]} in each row. */
  record Expand(Place x, int outer, int repeat, int inner, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(x);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      float[] from = cursor.array(x);
      float[] to = cursor.array(y);
      for (int i = row; i < row + rows; i++) {
        int xAt = cursor.at(x, i);
        int yAt = cursor.at(y, i);
        for (int o = 0; o < outer; o++) {
          if (inner == 1) {
            Arrays.fill(to, yAt, yAt + repeat, from[xAt]);
          } else {
            for (int r = 0; r < repeat; r++) {
              System.arraycopy(from, xAt, to, yAt + r * inner, inner);
            }
          }
          xAt += inner;
          yAt += repeat * inner;
        }
      }
    }
  }

  /** {@code y[o, i] = sum over r of x[o, r, i]} in each row, in the order of r. */
  record Fold(Place x, int outer, int size, int inner, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(x);
    }

    @Override
    public long cost(int width, int[] positions) {
      return 16L * Math.max(width, x.width());
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      TensorBackend backend = cursor.backend();
      float[] from = cursor.array(x);
      float[] to = cursor.array(y);
      for (int i = row; i < row + rows; i++) {
        int xAt = cursor.at(x, i);
        int yAt = cursor.at(y, i);
        for (int o = 0; o < outer; o++) {
          if (inner == 1) {
            to[yAt] = backend.sum(from, xAt, size);
          } else {
            System.arraycopy(from, xAt, to, yAt, inner);
            for (int r = 1; r < size; r++) {
              backend.binary(BinaryFunction.ADD, to, yAt, from, xAt + r * inner, to, yAt, inner);
            }
          }
          xAt += size * inner;
          yAt += inner;
        }
      }
    }
  }

  /** {@code y[i] = x[columns[i]]} for each of the vectors of a row, or 0 for a negative number. */
  record Gather(Place x, Ids columns, int vectors, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(x);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      int xStep = x.width() / vectors;
      int yStep = y.width() / vectors;
      for (int i = row; i < row + rows; i++) {
        int xAt = cursor.at(x, i);
        int yAt = cursor.at(y, i);
        for (int v = 0; v < vectors; v++) {
          MovedColumns.gather(
              columns, cursor.array(x), xAt + v * xStep, cursor.array(y), yAt + v * yStep);
        }
      }
    }
  }

  /** {@code y[columns[i]] += x[i]} for each of the vectors of a row, from zeros. */
  record Scatter(Place x, Ids columns, int vectors, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(x);
    }

    @Override
    public long cost(int width, int[] positions) {
      return 16L * Math.max(width, x.width());
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      int xStep = x.width() / vectors;
      int yStep = y.width() / vectors;
      for (int i = row; i < row + rows; i++) {
        int xAt = cursor.at(x, i);
        int yAt = cursor.at(y, i);
        for (int v = 0; v < vectors; v++) {
          MovedColumns.scatter(
              columns, cursor.array(x), xAt + v * xStep, cursor.array(y), yAt + v * yStep, yStep);
        }
      }
    }
  }

  /** The product of each of the vectors of a row with a matrix. */
  record VectorProducts(Place x, Block right, int vectors, Place y) implements ToOnePlace {
    @Override
    public List<Place> reads() {
      return List.of(x);
    }

    @Override
    public List<Block> blocks() {
      return List.of(right);
    }

    @Override
    public long cost(int width, int[] positions) {
      return (long) vectors * right.rows() * right.columns();
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      cursor
          .backend()
          .multiplyPacked(
              false,
              false,
              rows * vectors,
              cursor.array(x),
              cursor.at(x, row),
              right.rows(),
              cursor.matrix(right),
              null,
              0,
              false,
              cursor.array(y),
              cursor.at(y, row),
              right.columns());
    }
  }

  /**
   * A copy of columns of each of the equal parts of the rows: from column {@code from} of a part of
   * x to column {@code to} of that part of y.
   */
  record Copy(Place x, int from, Place y, int to, int columns, int parts) implements ToOnePlace {
    /** All columns of x to column {@code to} of y. */
    public Copy(Place x, Place y, int to) {
      this(x, 0, y, to, x.width(), 1);
    }

    @Override
    public List<Place> reads() {
      return List.of(x);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      if (columns == x.width() && columns == y.width()) {
        System.arraycopy(
            cursor.array(x), cursor.at(x, row), cursor.array(y), cursor.at(y, row), rows * columns);
        return;
      }
      int xStep = x.width() / parts;
      int yStep = y.width() / parts;
      for (int i = row; i < row + rows; i++) {
        int xAt = cursor.at(x, i) + from;
        int yAt = cursor.at(y, i) + to;
        for (int part = 0; part < parts; part++) {
          System.arraycopy(
              cursor.array(x), xAt + part * xStep, cursor.array(y), yAt + part * yStep, columns);
        }
      }
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
