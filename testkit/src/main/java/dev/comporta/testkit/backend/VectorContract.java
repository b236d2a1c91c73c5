package dev.comporta.testkit.backend;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.testkit.backend.Samples.assertGuards;
import static dev.comporta.testkit.backend.Samples.assertSameBits;
import static dev.comporta.testkit.backend.Samples.assertWithin;

import dev.comporta.api.tensor.TensorBackend;

/**
 * The contract of products of a matrix and a vector: exact up to the rounding of sums, and
 * independent of other rows.
 */
final class VectorContract {
  private static final int[] ROWS = {0, 1, 3, 4, 5, 33};

  private final TensorBackend backend;

  VectorContract(TensorBackend backend) {
    this.backend = backend;
  }

  void rowProducts() {
    for (int rows : ROWS) {
      for (int columns : Samples.sizes()) {
        rowProducts(rows, columns);
      }
    }
  }

  private void rowProducts(int rows, int columns) {
    int stride = columns + 3;
    String where = formatted("rowProducts of [%d, %d]", rows, columns);
    float[] x = Matrices.inside(2, rows, columns, stride, 7);
    float[] v = Samples.gaussian(5, columns + 1);
    float[] y = Samples.guarded(rows + 4);
    backend.rowProducts(rows, columns, x, 2, stride, v, 1, y, 1);
    assertGuards(y, 1, rows, () -> where);
    for (int i = 0; i < rows; i++) {
      double exact = 0;
      double magnitude = 0;
      for (int j = 0; j < columns; j++) {
        double product = (double) x[2 + i * stride + j] * v[1 + j];
        exact += product;
        magnitude += Math.abs(product);
      }
      assertWithin(exact, y[1 + i], Tolerance.sum(columns + 1, magnitude), () -> where);
      float[] alone = new float[1];
      backend.rowProducts(1, columns, x, 2 + i * stride, stride, v, 1, alone, 0);
      assertSameBits(alone[0], y[1 + i], () -> where + ", a row alone");
    }
  }

  void weightedRows() {
    for (int rows : ROWS) {
      for (int columns : Samples.sizes()) {
        weightedRows(rows, columns, false);
        weightedRows(rows, columns, true);
      }
    }
  }

  private void weightedRows(int rows, int columns, boolean accumulate) {
    int stride = columns + 2;
    String where = formatted("weightedRows of [%d, %d]", rows, columns);
    float[] x = Matrices.inside(2, rows, columns, stride, 3);
    float[] w = Samples.gaussian(4, rows + 1);
    float[] old = Samples.gaussian(9, columns);
    float[] y = Samples.guarded(columns + 4);
    System.arraycopy(old, 0, y, 1, columns);
    backend.weightedRows(rows, columns, w, 1, x, 2, stride, accumulate, y, 1);
    assertGuards(y, 1, columns, () -> where);
    for (int j = 0; j < columns; j++) {
      float chain = accumulate ? old[j] : 0;
      for (int i = 0; i < rows; i++) {
        chain = Math.fma(w[1 + i], x[2 + i * stride + j], chain);
      }
      assertSameBits(chain, y[1 + j], () -> where);
    }
  }

  void addOuter() {
    for (int rows : ROWS) {
      for (int columns : Samples.sizes()) {
        addOuter(rows, columns);
      }
    }
  }

  private void addOuter(int rows, int columns) {
    int stride = columns + 1;
    String where = formatted("addOuter of [%d, %d]", rows, columns);
    float[] w = Samples.gaussian(4, rows + 1);
    float[] v = Samples.gaussian(5, columns + 1);
    float[] old = Samples.gaussian(6, 2 + rows * stride);
    float[] y = old.clone();
    backend.addOuter(rows, columns, w, 1, v, 1, y, 2, stride);
    float[] expected = old.clone();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = 2 + i * stride + j;
        expected[at] = Math.fma(w[1 + i], v[1 + j], old[at]);
      }
    }
    assertSameBits(expected, y, () -> where);
  }
}
