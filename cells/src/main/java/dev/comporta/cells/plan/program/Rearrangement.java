package dev.comporta.cells.plan.program;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.tensor.MovedColumns;
import java.util.Arrays;
import java.util.List;

/**
 * An instruction whose results come from other columns of a row: where the axes of a row matter. It
 * cannot overwrite what it reads.
 */
public interface Rearrangement extends Instruction.OfOne {
  /** {@code y[o, r, i] = x[o, i]} in each row. */
  record Expand(Place x, int outer, int repeat, int inner, Place y) implements Rearrangement {
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
  record Fold(Place x, int outer, int size, int inner, Place y) implements Rearrangement {
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

  /**
   * A copy of columns of each of the equal parts of the rows: from column {@code from} of a part of
   * x to column {@code to} of that part of y.
   */
  record Copy(Place x, int from, Place y, int to, int columns, int parts) implements Rearrangement {
    /** All columns of x to column {@code to} of y. */
    public Copy(Place x, Place y, int to) {
      this(x, 0, y, to, x.width(), 1);
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

  /** {@code y[i] = x[columns[i]]} for each of the vectors of a row, or 0 for a negative number. */
  record Gather(Place x, Ids columns, int vectors, Place y)
      implements Rearrangement, Instruction.OfVectors {
    @Override
    public void compute(
        TensorBackend backend, float[] x, int xAt, int width, float[] y, int yAt, int size) {
      MovedColumns.gather(columns, x, xAt, y, yAt);
    }
  }

  /** {@code y[columns[i]] += x[i]} for each of the vectors of a row, from zeros. */
  record Scatter(Place x, Ids columns, int vectors, Place y)
      implements Rearrangement, Instruction.OfVectors {
    @Override
    public long cost(int width, int[] positions) {
      return 16L * Math.max(width, x.width());
    }

    @Override
    public void compute(
        TensorBackend backend, float[] x, int xAt, int width, float[] y, int yAt, int size) {
      MovedColumns.scatter(columns, x, xAt, y, yAt, size);
    }
  }

  /** The product of each of the vectors of a row with a matrix. */
  record VectorProducts(Place x, Block right, int vectors, Place y) implements Rearrangement {
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
}
