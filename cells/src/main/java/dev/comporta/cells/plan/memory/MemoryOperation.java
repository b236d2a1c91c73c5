package dev.comporta.cells.plan.memory;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.cells.plan.memory.MemoryProgram.Slot;
import dev.comporta.cells.plan.program.RowFunction;
import java.util.Arrays;
import java.util.List;

/** One operation of a memory program. */
public sealed interface MemoryOperation {
  /** The operands. */
  List<Slot> operands();

  /** The result. */
  Slot y();

  /** Whether the result may overwrite an operand of its size. */
  default boolean inPlace() {
    return true;
  }

  /** The floating-point operations for each element of the largest of its slots. */
  default int operationsPerElement() {
    return switch (this) {
      case RowProducts _, WeightedRows _ -> 2;
      case Repeat _, Columns _, Shift _ -> 0;
      case Unary _, Affine _, Binary _, Select _, Row _, SumPositions _ -> 1;
    };
  }

  /** Computes the operation for the current row. */
  void run(MemoryFrame frame);

  /** {@code y = f(x)}. */
  record Unary(UnaryFunction function, Slot x, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(x);
    }

    @Override
    public void run(MemoryFrame frame) {
      frame
          .backend()
          .unary(
              function, frame.array(x), frame.at(x), frame.array(y), frame.at(y), frame.count(y));
    }
  }

  /** {@code y = scale * x + shift}. */
  record Affine(float scale, float shift, Slot x, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(x);
    }

    @Override
    public void run(MemoryFrame frame) {
      frame
          .backend()
          .affine(
              scale,
              shift,
              frame.array(x),
              frame.at(x),
              frame.array(y),
              frame.at(y),
              frame.count(y));
    }
  }

  /**
   * {@code y = f(a, b)}: an operand may be a matrix like y, one row for all positions, one number
   * per position, or one number.
   */
  record Binary(BinaryFunction function, Slot a, Slot b, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(a, b);
    }

    @Override
    public void run(MemoryFrame frame) {
      TensorBackend backend = frame.backend();
      float[] from = frame.array(a);
      float[] with = frame.array(b);
      float[] to = frame.array(y);
      boolean fullA = same(a, y);
      boolean fullB = same(b, y);
      if (fullA && fullB) {
        backend.binary(
            function, from, frame.at(a), with, frame.at(b), to, frame.at(y), frame.count(y));
        return;
      }
      if (fullA && isNumber(b)) {
        float number = with[frame.at(b)];
        backend.binaryNumber(
            function, from, frame.at(a), number, false, to, frame.at(y), frame.count(y));
        return;
      }
      if (fullB && isNumber(a)) {
        float number = from[frame.at(a)];
        backend.binaryNumber(
            function, with, frame.at(b), number, true, to, frame.at(y), frame.count(y));
        return;
      }
      int n = y.columns();
      for (int s = 0; s < frame.rows(y); s++) {
        int at = frame.at(y) + s * n;
        int atA = frame.at(a) + step(a) * s;
        int atB = frame.at(b) + step(b) * s;
        if (a.columns() == n && b.columns() == n) {
          backend.binary(function, from, atA, with, atB, to, at, n);
        } else if (a.columns() == n) {
          backend.binaryNumber(function, from, atA, with[atB], false, to, at, n);
        } else if (b.columns() == n) {
          backend.binaryNumber(function, with, atB, from[atA], true, to, at, n);
        } else {
          Arrays.fill(to, at, at + n, from[atA]);
          backend.binaryNumber(function, to, at, with[atB], false, to, at, n);
        }
      }
    }
  }

  /** {@code y = condition != 0 ? a : b}, all of y's size. */
  record Select(Slot condition, Slot a, Slot b, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(condition, a, b);
    }

    @Override
    public void run(MemoryFrame frame) {
      frame
          .backend()
          .select(
              frame.array(condition),
              frame.at(condition),
              frame.array(a),
              frame.at(a),
              frame.array(b),
              frame.at(b),
              frame.array(y),
              frame.at(y),
              frame.count(y));
    }
  }

  /** Repeats a row, a number per position, or a number. */
  record Repeat(Slot x, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(x);
    }

    @Override
    public boolean inPlace() {
      return false;
    }

    @Override
    public void run(MemoryFrame frame) {
      int n = y.columns();
      for (int s = 0; s < frame.rows(y); s++) {
        int at = frame.at(y) + s * n;
        int from = frame.at(x) + step(x) * s;
        if (x.columns() == n) {
          System.arraycopy(frame.array(x), from, frame.array(y), at, n);
        } else {
          Arrays.fill(frame.array(y), at, at + n, frame.array(x)[from]);
        }
      }
    }
  }

  /** Copies columns to columns of y, which is cleared first if other columns remain. */
  record Columns(Slot x, int from, Slot y, int to, int columns, boolean clear)
      implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(x);
    }

    @Override
    public boolean inPlace() {
      return false;
    }

    @Override
    public void run(MemoryFrame frame) {
      for (int s = 0; s < frame.rows(y); s++) {
        int at = frame.at(y) + s * y.columns();
        if (clear) {
          Arrays.fill(frame.array(y), at, at + y.columns(), 0);
        }
        System.arraycopy(
            frame.array(x), frame.at(x) + step(x) * s + from, frame.array(y), at + to, columns);
      }
    }
  }

  /** {@code y[s] = x[s + offset]}, zero where there is no such position. */
  record Shift(int offset, Slot x, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(x);
    }

    @Override
    public boolean inPlace() {
      return false;
    }

    @Override
    public void run(MemoryFrame frame) {
      int n = frame.rows(y);
      int to = Math.clamp(-(long) offset, 0, n);
      int count = (int) Math.max(0, n - Math.abs((long) offset));
      float[] moved = frame.array(y);
      int at = frame.at(y);
      Arrays.fill(moved, at, at + n, 0);
      if (count > 0) {
        System.arraycopy(frame.array(x), frame.at(x) + to + offset, moved, at + to, count);
      }
    }
  }

  /**
   * A function of the columns of each position, or of a whole value: of a column, over its
   * positions, or of a row or matrix.
   */
  record Row(RowFunction function, boolean whole, Slot x, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(x);
    }

    @Override
    public boolean inPlace() {
      return !function.reduces();
    }

    @Override
    public void run(MemoryFrame frame) {
      int n = whole ? frame.count(x) : x.columns();
      int rows = whole ? 1 : frame.rows(x);
      int step = function.reduces() ? 1 : n;
      for (int s = 0; s < rows; s++) {
        function.apply(
            frame.backend(),
            frame.array(x),
            frame.at(x) + s * n,
            n,
            frame.array(y),
            frame.at(y) + s * step);
      }
    }
  }

  /** The sum over positions, a row. */
  record SumPositions(Slot x, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(x);
    }

    @Override
    public boolean inPlace() {
      return false;
    }

    @Override
    public void run(MemoryFrame frame) {
      int n = x.columns();
      frame
          .backend()
          .sumColumns(
              frame.rows(x), n, frame.array(x), frame.at(x), n, false, frame.array(y), frame.at(y));
    }
  }

  /** {@code y[s] = sum_c x[s, c] * row[c]}. */
  record RowProducts(Slot x, Slot row, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(x, row);
    }

    @Override
    public boolean inPlace() {
      return false;
    }

    @Override
    public void run(MemoryFrame frame) {
      frame
          .backend()
          .rowProducts(
              frame.rows(x),
              x.columns(),
              frame.array(x),
              frame.at(x),
              x.columns(),
              frame.array(row),
              frame.at(row),
              frame.array(y),
              frame.at(y));
    }
  }

  /** {@code y = sum_s weights[s] * x[s, .]}. */
  record WeightedRows(Slot weights, Slot x, Slot y) implements MemoryOperation {
    @Override
    public List<Slot> operands() {
      return List.of(weights, x);
    }

    @Override
    public boolean inPlace() {
      return false;
    }

    @Override
    public void run(MemoryFrame frame) {
      frame
          .backend()
          .weightedRows(
              frame.rows(x),
              x.columns(),
              frame.array(weights),
              frame.at(weights),
              frame.array(x),
              frame.at(x),
              x.columns(),
              false,
              frame.array(y),
              frame.at(y));
    }
  }

  private static boolean same(Slot x, Slot y) {
    return x.axis() == y.axis() && x.columns() == y.columns();
  }

  private static boolean isNumber(Slot x) {
    return x.axis() < 0 && x.columns() == 1;
  }

  /** The distance between positions. */
  private static int step(Slot x) {
    return x.axis() < 0 ? 0 : x.columns();
  }
}
