package dev.comporta.tensor.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;

/**
 * One product for tests: operands at odd offsets inside larger arrays with gaps between rows, and
 * the expected result, computed element by element as one chain of {@link Math#fma}. The check
 * compares the whole array of C, so that out-of-range writes are detected too.
 */
final class Product {
  /** The value outside the operands, which is detected if it is read. */
  private static final float OUTSIDE = Float.NaN;

  final boolean transposedA;
  final boolean transposedB;
  final int m;
  final int n;
  final int k;
  final int lda;
  final int ldb;
  final int ldc;
  final int ao = 3;
  final int bo = 5;
  final int co = 7;
  final int biasOffset = 2;
  final float[] a;
  final float[] b;
  final float[] bias;
  private final float[] initialC;
  float[] c;

  Product(boolean transposedA, boolean transposedB, int m, int n, int k, long seed) {
    Random random = new Random(seed);
    this.transposedA = transposedA;
    this.transposedB = transposedB;
    this.m = m;
    this.n = n;
    this.k = k;
    lda = (transposedA ? m : k) + random.nextInt(4);
    ldb = (transposedB ? k : n) + random.nextInt(4);
    ldc = n + random.nextInt(4);
    a = matrix(random, transposedA ? k : m, transposedA ? m : k, lda, ao);
    b = matrix(random, transposedB ? n : k, transposedB ? k : n, ldb, bo);
    bias = matrix(random, 1, n, n, biasOffset);
    initialC = matrix(random, m, n, ldc, co);
    c = initialC.clone();
  }

  private static float[] matrix(Random random, int rows, int columns, int ld, int offset) {
    float[] values = new float[offset + rows * ld + 3];
    Arrays.fill(values, OUTSIDE);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        values[offset + i * ld + j] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  /** Sets elements, scattered over both operands, to the special values in turn. */
  Product withSpecialValues(float... special) {
    for (int i = 0; i < m * k; i += 7) {
      a[ao + (transposedA ? i % k * lda + i / k : i / k * lda + i % k)] =
          special[i / 7 % special.length];
    }
    for (int i = 0; i < k * n; i += 11) {
      b[bo + (transposedB ? i % n * ldb + i / n : i / n * ldb + i % n)] =
          special[i / 11 % special.length];
    }
    return this;
  }

  void reset() {
    c = initialC.clone();
  }

  PanelMatrix packedB() {
    PanelMatrix packed = new PanelMatrix(k, n);
    packed.repack(transposedB, b, bo, ldb);
    return packed;
  }

  void assertPlain() {
    assertChains(Start.ZERO);
  }

  void assertAccumulated() {
    assertChains(Start.C);
  }

  void assertBiased() {
    assertChains(Start.BIAS);
  }

  private enum Start {
    ZERO,
    C,
    BIAS
  }

  private void assertChains(Start start) {
    float[] expected = initialC.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float chain =
            switch (start) {
              case ZERO -> 0;
              case C -> initialC[co + i * ldc + j];
              case BIAS -> bias[biasOffset + j];
            };
        for (int p = 0; p < k; p++) {
          float left = a[ao + (transposedA ? p * lda + i : i * lda + p)];
          float right = b[bo + (transposedB ? j * ldb + p : p * ldb + j)];
          chain = Math.fma(left, right, chain);
        }
        expected[co + i * ldc + j] = chain;
      }
    }
    for (int i = 0; i < expected.length; i++) {
      // floatToIntBits: signed zeros differ, all NaNs are one
      if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(c[i])) {
        int at = i - co;
        assertThat(c[i])
            .as("%s from %s, C[%d, %d]", this, start, at / ldc, at % ldc)
            .isEqualTo(expected[i]);
      }
    }
  }

  @Override
  public String toString() {
    return (transposedA ? "A^T" : "A")
        + (transposedB ? " B^T" : " B")
        + " m "
        + m
        + " n "
        + n
        + " k "
        + k
        + " lanes "
        + Lanes.LENGTH;
  }
}
