package dev.comporta.cells.plan;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One instruction of a program, executed for some rows of one timestep. */
interface Instruction {
  /** Computes rows {@code [row, row + rows)}. */
  void run(Cursor cursor, int row, int rows);

  /** Whether this reads or writes a place. */
  default boolean touches(Place place) {
    return true;
  }

  /** {@code y = f(x)}. */
  record Unary(UnaryFunction function, Place x, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return x.equals(place) || y.equals(place);
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
  record Affine(float scale, float shift, Place x, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return x.equals(place) || y.equals(place);
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
  record Binary(BinaryFunction function, Place a, Place b, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return a.equals(place) || b.equals(place) || y.equals(place);
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
      implements Instruction {
    @Override
    public boolean touches(Place place) {
      return a.equals(place) || y.equals(place);
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
      implements Instruction {
    @Override
    public boolean touches(Place place) {
      return a.equals(place) || vector.equals(place) || y.equals(place);
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
      implements Instruction {
    @Override
    public boolean touches(Place place) {
      return a.equals(place) || column.equals(place) || y.equals(place);
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
  record MultiplyAdd(Place a, Place b, Place c, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return a.equals(place) || b.equals(place) || c.equals(place) || y.equals(place);
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
  record Select(Place condition, Place a, Place b, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return condition.equals(place) || a.equals(place) || b.equals(place) || y.equals(place);
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

  /** A row function. */
  record Row(Plane.RowFunction function, Place x, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return x.equals(place) || y.equals(place);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      TensorBackend backend = cursor.backend();
      float[] from = cursor.array(x);
      float[] to = cursor.array(y);
      for (int i = row; i < row + rows; i++) {
        int at = cursor.at(x, i);
        switch (function) {
          case SUM -> to[cursor.at(y, i)] = backend.sum(from, at, x.width());
          case MAXIMUM -> to[cursor.at(y, i)] = backend.max(from, at, x.width());
          case SOFTMAX -> backend.softmax(from, at, to, cursor.at(y, i), x.width());
          case LOG_SOFTMAX -> backend.logSoftmax(from, at, to, cursor.at(y, i), x.width());
        }
      }
    }
  }

  /** Repeats one number per row along the row. */
  record Repeat(Place x, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return x.equals(place) || y.equals(place);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      for (int i = row; i < row + rows; i++) {
        int at = cursor.at(y, i);
        Arrays.fill(cursor.array(y), at, at + y.width(), cursor.array(x)[cursor.at(x, i)]);
      }
    }
  }

  /** Fills with a number. */
  record Fill(float number, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return y.equals(place);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      int at = cursor.at(y, row);
      Arrays.fill(cursor.array(y), at, at + rows * y.width(), number);
    }
  }

  /** Copies a vector to every row. */
  record Spread(Place vector, Place y) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return vector.equals(place) || y.equals(place);
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

  /** Copies columns, from column {@code from} of x to column {@code to} of y. */
  record Copy(Place x, int from, Place y, int to, int columns) implements Instruction {
    @Override
    public boolean touches(Place place) {
      return x.equals(place) || y.equals(place);
    }

    @Override
    public void run(Cursor cursor, int row, int rows) {
      if (columns == x.width() && columns == y.width()) {
        System.arraycopy(
            cursor.array(x), cursor.at(x, row), cursor.array(y), cursor.at(y, row), rows * columns);
        return;
      }
      for (int i = row; i < row + rows; i++) {
        System.arraycopy(
            cursor.array(x),
            cursor.at(x, i) + from,
            cursor.array(y),
            cursor.at(y, i) + to,
            columns);
      }
    }
  }

  /**
   * A sum of products: {@code y = (y +) (bias +) sum of left x right}. {@code sameLeft} is set if
   * the preceding products ended with the first left operand.
   */
  record Products(
      List<Place> left,
      List<Plane.Block> right,
      @Nullable Place bias,
      Plane.@Nullable Vector biasVector,
      boolean accumulate,
      boolean sameLeft,
      Place y)
      implements Instruction {
    @Override
    public void run(Cursor cursor, int row, int rows) {
      Cursor whole = cursor.whole();
      for (int i = 0; i < left.size(); i++) {
        Place a = left.get(i);
        boolean first = i == 0 && !accumulate;
        Place added = first ? bias : null;
        cursor
            .backend()
            .multiplyPacked(
                false,
                i == 0 ? sameLeft : a.equals(left.get(i - 1)),
                rows,
                whole.array(a),
                whole.at(a, row),
                a.width(),
                cursor.matrix(right.get(i)),
                added == null ? null : cursor.array(added),
                added == null ? 0 : cursor.at(added, row),
                !first,
                cursor.array(y),
                cursor.at(y, row),
                y.width());
      }
    }
  }
}
