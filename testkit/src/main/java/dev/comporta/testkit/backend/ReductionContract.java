package dev.comporta.testkit.backend;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.testkit.backend.Samples.assertGuards;
import static dev.comporta.testkit.backend.Samples.assertSameBits;
import static dev.comporta.testkit.backend.Samples.assertWithin;

import dev.comporta.api.tensor.TensorBackend;
import java.util.Arrays;

/**
 * The contract of a backend's reductions, softmaxes and transposition: the exact result up to
 * rounding, the same bits for every offset of a row, and special values as documented.
 */
final class ReductionContract {
  private static final float INF = Float.POSITIVE_INFINITY;

  private final TensorBackend backend;

  ReductionContract(TensorBackend backend) {
    this.backend = backend;
  }

  private interface Reduction {
    double of(float[] x, int offset, int n);
  }

  /** Checks that the bits are the same at every offset in an array of NaN. */
  private static double anywhere(float[] row, Reduction reduction, String name) {
    double first = reduction.of(row, 0, row.length);
    for (int offset : new int[] {1, 3, 16}) {
      double moved = reduction.of(Samples.surrounded(row, offset), offset, row.length);
      assertSameBits((float) first, (float) moved, () -> name + " from " + offset);
      assertWithin(0, Double.compare(first, moved), 0, () -> name + " from " + offset);
    }
    return first;
  }

  void sum() {
    for (int n : Samples.sizes()) {
      float[] x = Samples.ofAllSizes(n, n);
      double exact = 0;
      double magnitude = 0;
      for (float v : x) {
        exact += v;
        magnitude += Math.abs(v);
      }
      double got = anywhere(x, backend::sum, "sum");
      assertWithin(exact, got, Tolerance.sum(n, magnitude), () -> "sum of " + n);
    }
    reduces(backend::sum, 0);
    reduces(backend::sum, INF, 1, INF);
    reduces(backend::sum, Float.NaN, INF, 1, -INF);
    reduces(backend::sum, Float.NaN, 1, Float.NaN, 2);
    reduces(backend::sum, 3 * Float.MIN_VALUE, Float.MIN_VALUE, 2 * Float.MIN_VALUE);
  }

  void sumOfSquares() {
    for (int n : Samples.sizes()) {
      float[] x = Samples.ofAllSizes(n, n);
      double exact = 0;
      for (float v : x) {
        exact += (double) v * v;
      }
      double got = anywhere(x, backend::sumOfSquares, "sumOfSquares");
      // twice, because the exact sum is computed in double precision too
      double tolerance = 2 * Tolerance.sumInDouble(n, exact);
      assertWithin(exact, got, tolerance, () -> "sumOfSquares of " + n);
    }
    reduces(backend::sumOfSquares, 0);
    reduces(backend::sumOfSquares, INF, 1, -INF);
    reduces(backend::sumOfSquares, Float.NaN, 1, Float.NaN);
    double huge = backend.sumOfSquares(new float[] {Float.MAX_VALUE, 0}, 0, 2);
    assertWithin((double) Float.MAX_VALUE * Float.MAX_VALUE, huge, 0, () -> "sumOfSquares");
  }

  void max() {
    for (int n : Samples.sizes()) {
      if (n == 0) {
        continue; // needs at least one element
      }
      for (int seed = 0; seed < 8; seed++) {
        float[] x = Samples.ofAllSizes(seed, n);
        for (int i = 0; i < n && seed % 2 == 1; i++) {
          x[i] = -Math.abs(x[i]) - 1; // a zero from beyond the end would win
        }
        float exact = x[0];
        for (float v : x) {
          exact = Math.max(exact, v);
        }
        float expected = exact;
        float got = (float) anywhere(x, backend::max, "max");
        assertSameBits(expected, got, () -> "max of " + n);
        x[seed * 31 % n] = Float.NaN;
        assertSameBits(Float.NaN, backend.max(x, 0, n), () -> "max with NaN, of " + n);
      }
    }
    reduces(backend::max, 0f, -0f, 0f, -0f);
    reduces(backend::max, -INF, -INF, -INF);
    reduces(backend::max, INF, 1, INF, -INF);
    reduces(backend::max, Float.MIN_VALUE, -1, Float.MIN_VALUE, 0);
  }

  private static void reduces(Reduction reduction, float expected, float... x) {
    float got = (float) reduction.of(x, 0, x.length);
    assertSameBits(expected, got, () -> "of " + Arrays.toString(x));
  }

  void sumColumns() {
    for (int rows : new int[] {0, 1, 2, 7, 33}) {
      for (int columns : Samples.sizes()) {
        for (boolean accumulate : new boolean[] {false, true}) {
          sumColumns(rows, columns, accumulate);
        }
      }
    }
    float[] x = {1, INF, Float.NaN, -0f, 2, -INF, 1, -0f};
    float[] y = new float[4];
    backend.sumColumns(2, 4, x, 0, 4, false, y, 0);
    assertSameBits(new float[] {3, Float.NaN, Float.NaN, y[3]}, y, () -> "special columns");
    assertWithin(0, y[3], 0, () -> "sum of negative zeros");
  }

  private void sumColumns(int rows, int columns, boolean accumulate) {
    int stride = columns + 3;
    String where = formatted("sumColumns of [%d, %d]", rows, columns);
    float[] x = Matrices.inside(2, rows, columns, stride, rows);
    float[] old = Samples.gaussian(9, columns);
    float[] y = Samples.guarded(columns + 4);
    System.arraycopy(old, 0, y, 1, columns);
    backend.sumColumns(rows, columns, x, 2, stride, accumulate, y, 1);
    assertGuards(y, 1, columns, () -> where);
    for (int j = 0; j < columns; j++) {
      double exact = accumulate ? old[j] : 0;
      double magnitude = Math.abs(exact);
      for (int i = 0; i < rows; i++) {
        exact += x[2 + i * stride + j];
        magnitude += Math.abs(x[2 + i * stride + j]);
      }
      assertWithin(exact, y[1 + j], Tolerance.sum(rows + 1, magnitude), () -> where);
      float[] alone = {old[j]};
      backend.sumColumns(rows, 1, x, 2 + j, stride, accumulate, alone, 0);
      assertSameBits(y[1 + j], alone[0], () -> where + ", a column alone");
    }
  }

  void sumProducts() {
    for (int rows : new int[] {0, 1, 2, 7, 33}) {
      for (int columns : Samples.sizes()) {
        sumProducts(rows, columns);
      }
    }
    float[] a = {1, INF, 0, 2, -INF, 1};
    float[] b = {3, 1, INF, 5, 1, 1};
    float[] y = {4, 0, 0};
    backend.sumProducts(2, 3, a, 0, 3, b, 0, 3, y, 0);
    assertSameBits(new float[] {17, Float.NaN, Float.NaN}, y, () -> "special products");
  }

  /** The bits must be those of the column sums of the product. */
  private void sumProducts(int rows, int columns) {
    int strideA = columns + 3;
    int strideB = columns + 1;
    String where = formatted("sumProducts of [%d, %d]", rows, columns);
    float[] a = Matrices.inside(2, rows, columns, strideA, rows);
    float[] b = Matrices.inside(5, rows, columns, strideB, rows + 1);
    float[] old = Samples.gaussian(9, columns);
    float[] y = Samples.guarded(columns + 4);
    System.arraycopy(old, 0, y, 1, columns);
    backend.sumProducts(rows, columns, a, 2, strideA, b, 5, strideB, y, 1);
    assertGuards(y, 1, columns, () -> where);
    float[] products = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        products[i * columns + j] = a[2 + i * strideA + j] * b[5 + i * strideB + j];
      }
    }
    float[] expected = old.clone();
    backend.sumColumns(rows, columns, products, 0, columns, true, expected, 0);
    assertSameBits(expected, Arrays.copyOfRange(y, 1, 1 + columns), () -> where);
  }

  void softmax() {
    for (int n : Samples.sizes()) {
      float[] x = logits(n);
      double shift = largest(x);
      double sum = sumOfExponentials(x, shift);
      float[] y = row(backend::softmax, x, "softmax of " + n);
      for (int i = 0; i < n; i++) {
        double exact = Math.exp(x[i] - shift) / sum;
        assertWithin(exact, y[i], Tolerance.softmax(n, exact), () -> "softmax of " + n);
      }
    }
    rows(backend::softmax, new float[] {0, 1, 0}, -INF, 0, -INF);
    rows(backend::softmax, new float[] {0, 0.5f, 0.5f}, -3e38f, 3e38f, 3e38f);
    rows(backend::softmax, new float[] {1}, -1e30f);
    noDistribution(backend::softmax);
  }

  void logSoftmax() {
    for (int n : Samples.sizes()) {
      float[] x = logits(n);
      double shift = largest(x);
      double log = Math.log(sumOfExponentials(x, shift));
      float[] y = row(backend::logSoftmax, x, "logSoftmax of " + n);
      for (int i = 0; i < n; i++) {
        double exact = x[i] - shift - log;
        assertWithin(exact, y[i], Tolerance.logSoftmax(n, exact), () -> "logSoftmax of " + n);
      }
    }
    rows(backend::logSoftmax, new float[] {-INF, 0, -INF}, -INF, 0, -INF);
    rows(backend::logSoftmax, new float[] {0}, -1e30f);
    noDistribution(backend::logSoftmax);
  }

  void logSumExp() {
    for (int n : Samples.sizes()) {
      if (n == 0) {
        continue; // below
      }
      float[] x = logits(n);
      double shift = largest(x);
      double exact = shift + Math.log(sumOfExponentials(x, shift));
      double got = anywhere(x, backend::logSumExp, "logSumExp");
      assertWithin(exact, got, Tolerance.logSumExp(n, exact), () -> "logSumExp of " + n);
    }
    reduces(backend::logSumExp, -INF);
    reduces(backend::logSumExp, -INF, -INF, -INF);
    reduces(backend::logSumExp, INF, 0, INF);
    reduces(backend::logSumExp, Float.NaN, 0, Float.NaN);
    reduces(backend::logSumExp, 3e38f, 3e38f, -3e38f);
  }

  /** A row that contains NaN or plus infinity, or only minus infinity. */
  private static void noDistribution(RowFunction function) {
    float[] none = {Float.NaN, Float.NaN, Float.NaN};
    rows(function, none, -INF, -INF, -INF);
    rows(function, none, 0, Float.NaN, 1);
    rows(function, none, 0, INF, 1);
  }

  private interface RowFunction {
    void apply(float[] x, int xo, float[] y, int yo, int n);
  }

  private static void rows(RowFunction function, float[] expected, float... x) {
    assertSameBits(
        expected, row(function, x, Arrays.toString(x)), () -> "of " + Arrays.toString(x));
  }

  /**
   * Applies the function of a row at several offsets and in place, which must give the same bits.
   */
  private static float[] row(RowFunction function, float[] x, String where) {
    int n = x.length;
    float[] first = new float[n];
    function.apply(x, 0, first, 0, n);
    for (int offset : new int[] {1, 6}) {
      float[] y = Samples.guarded(n + 9);
      function.apply(Samples.surrounded(x, offset), offset, y, offset + 1, n);
      assertGuards(y, offset + 1, n, () -> where);
      float[] moved = Arrays.copyOfRange(y, offset + 1, offset + 1 + n);
      assertSameBits(first, moved, () -> where + ", moved");
      float[] inPlace = Samples.surrounded(x, offset);
      function.apply(inPlace, offset, inPlace, offset, n);
      float[] replaced = Arrays.copyOfRange(inPlace, offset, offset + n);
      assertSameBits(first, replaced, () -> where + ", in place");
    }
    return first;
  }

  private static float[] logits(int n) {
    float[] x = Samples.gaussian(n, n);
    for (int i = 0; i < n; i++) {
      x[i] *= i % 5 == 0 ? 30 : 3;
    }
    return x;
  }

  private static double largest(float[] x) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float v : x) {
      largest = Math.max(largest, v);
    }
    return largest;
  }

  private static double sumOfExponentials(float[] x, double shift) {
    double sum = 0;
    for (float v : x) {
      sum += Math.exp(v - shift);
    }
    return sum;
  }

  void transpose() {
    for (int rows : new int[] {0, 1, 3, 16, 17, 50}) {
      for (int columns : new int[] {0, 1, 5, 16, 31, 33}) {
        float[] a = Matrices.inside(3, rows, columns, columns + 2, rows);
        float[] b = Samples.guarded(2 + columns * (rows + 1) + 3);
        float[] expected = b.clone();
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            expected[2 + j * (rows + 1) + i] = a[3 + i * (columns + 2) + j];
          }
        }
        backend.transpose(rows, columns, a, 3, columns + 2, b, 2, rows + 1);
        String where = formatted("transpose of [%d, %d]", rows, columns);
        assertSameBits(expected, b, () -> where);
      }
    }
  }
}
