package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static dev.comporta.tensor.simd.Lanes.SWAP_1;
import static dev.comporta.tensor.simd.Lanes.SWAP_2;
import static dev.comporta.tensor.simd.Lanes.SWAP_4;
import static dev.comporta.tensor.simd.Lanes.SWAP_8;

import jdk.incubator.vector.FloatVector;

/**
 * Products of a matrix and a vector that are computed once, where packing would cost more than it
 * saves.
 *
 * <p><b>Order.</b> A dot product has the same bits for every lane width: it consists of 16 partial
 * sums over the elements with equal index modulo 16, each a chain of fused multiply-adds, which are
 * combined pairwise at distances 1, 2, 4 and 8. Weighted rows and outer products use one fused
 * multiply-add after another.
 */
final class VectorProducts {
  /** Partial sums of a dot product. */
  private static final int PARTIALS = 16;

  /** Rows that are multiplied together, to hide the latency of a single chain of multiply-adds. */
  private static final int ROWS = 4;

  private VectorProducts() {}

  /** {@code y[i] = x[i, .] . v}. */
  static void rowProducts(
      int rows, int columns, float[] x, int xo, int stride, float[] v, int vo, float[] y, int yo) {
    int i = 0;
    for (; i + ROWS <= rows; i += ROWS) {
      fourRows(columns, x, xo + i * stride, stride, v, vo, y, yo + i);
    }
    for (; i < rows; i++) {
      y[yo + i] = rowProduct(columns, x, xo + i * stride, v, vo);
    }
  }

  private static float rowProduct(int n, float[] x, int xo, float[] v, int vo) {
    return switch (LENGTH) {
      case 16 -> from(0, n, x, xo, v, vo);
      case 8 -> from(0, n, x, xo, v, vo) + from(8, n, x, xo, v, vo);
      default -> {
        float low = from(0, n, x, xo, v, vo) + from(4, n, x, xo, v, vo);
        float high = from(8, n, x, xo, v, vo) + from(12, n, x, xo, v, vo);
        yield low + high;
      }
    };
  }

  private static float from(int first, int n, float[] x, int xo, float[] v, int vo) {
    FloatVector a = FloatVector.zero(SPECIES);
    int j = first;
    for (; j + LENGTH <= n; j += PARTIALS) {
      a =
          FloatVector.fromArray(SPECIES, x, xo + j)
              .fma(FloatVector.fromArray(SPECIES, v, vo + j), a);
    }
    if (j < n) {
      var rest = SPECIES.indexInRange(j, n);
      a =
          FloatVector.fromArray(SPECIES, x, xo + j, rest)
              .fma(FloatVector.fromArray(SPECIES, v, vo + j, rest), a);
    }
    return total(a);
  }

  private static void fourRows(
      int n, float[] x, int xo, int stride, float[] v, int vo, float[] y, int yo) {
    if (LENGTH != PARTIALS) {
      for (int r = 0; r < ROWS; r++) {
        y[yo + r] = rowProduct(n, x, xo + r * stride, v, vo);
      }
      return;
    }
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    int j = 0;
    for (; j + LENGTH <= n; j += LENGTH) {
      FloatVector w = FloatVector.fromArray(SPECIES, v, vo + j);
      int at = xo + j;
      a0 = FloatVector.fromArray(SPECIES, x, at).fma(w, a0);
      a1 = FloatVector.fromArray(SPECIES, x, at + stride).fma(w, a1);
      a2 = FloatVector.fromArray(SPECIES, x, at + 2 * stride).fma(w, a2);
      a3 = FloatVector.fromArray(SPECIES, x, at + 3 * stride).fma(w, a3);
    }
    if (j < n) {
      var rest = SPECIES.indexInRange(j, n);
      FloatVector w = FloatVector.fromArray(SPECIES, v, vo + j, rest);
      int at = xo + j;
      a0 = FloatVector.fromArray(SPECIES, x, at, rest).fma(w, a0);
      a1 = FloatVector.fromArray(SPECIES, x, at + stride, rest).fma(w, a1);
      a2 = FloatVector.fromArray(SPECIES, x, at + 2 * stride, rest).fma(w, a2);
      a3 = FloatVector.fromArray(SPECIES, x, at + 3 * stride, rest).fma(w, a3);
    }
    y[yo] = total(a0);
    y[yo + 1] = total(a1);
    y[yo + 2] = total(a2);
    y[yo + 3] = total(a3);
  }

  private static float total(FloatVector partials) {
    FloatVector t = partials;
    t = t.add(t.rearrange(SWAP_1));
    t = t.add(t.rearrange(SWAP_2));
    if (LENGTH > 4) {
      t = t.add(t.rearrange(SWAP_4));
    }
    if (LENGTH > 8) {
      t = t.add(t.rearrange(SWAP_8));
    }
    return t.lane(0);
  }

  /** {@code y += sum of w[i] * x[i, .]}. */
  static void addWeightedRows(
      int rows, int columns, float[] w, int wo, float[] x, int xo, int stride, float[] y, int yo) {
    int c = 0;
    for (; c + 4 * LENGTH <= columns; c += 4 * LENGTH) {
      FloatVector s0 = FloatVector.fromArray(SPECIES, y, yo + c);
      FloatVector s1 = FloatVector.fromArray(SPECIES, y, yo + c + LENGTH);
      FloatVector s2 = FloatVector.fromArray(SPECIES, y, yo + c + 2 * LENGTH);
      FloatVector s3 = FloatVector.fromArray(SPECIES, y, yo + c + 3 * LENGTH);
      for (int i = 0; i < rows; i++) {
        FloatVector weight = FloatVector.broadcast(SPECIES, w[wo + i]);
        int at = xo + i * stride + c;
        s0 = FloatVector.fromArray(SPECIES, x, at).fma(weight, s0);
        s1 = FloatVector.fromArray(SPECIES, x, at + LENGTH).fma(weight, s1);
        s2 = FloatVector.fromArray(SPECIES, x, at + 2 * LENGTH).fma(weight, s2);
        s3 = FloatVector.fromArray(SPECIES, x, at + 3 * LENGTH).fma(weight, s3);
      }
      s0.intoArray(y, yo + c);
      s1.intoArray(y, yo + c + LENGTH);
      s2.intoArray(y, yo + c + 2 * LENGTH);
      s3.intoArray(y, yo + c + 3 * LENGTH);
    }
    for (; c + LENGTH <= columns; c += LENGTH) {
      FloatVector s = FloatVector.fromArray(SPECIES, y, yo + c);
      for (int i = 0; i < rows; i++) {
        s =
            FloatVector.fromArray(SPECIES, x, xo + i * stride + c)
                .fma(FloatVector.broadcast(SPECIES, w[wo + i]), s);
      }
      s.intoArray(y, yo + c);
    }
    for (; c < columns; c++) {
      float s = y[yo + c];
      for (int i = 0; i < rows; i++) {
        s = Math.fma(w[wo + i], x[xo + i * stride + c], s);
      }
      y[yo + c] = s;
    }
  }

  /** {@code y[i, .] += w[i] * v}. */
  static void addOuter(
      int rows, int columns, float[] w, int wo, float[] v, int vo, float[] y, int yo, int stride) {
    for (int i = 0; i < rows; i++) {
      float weight = w[wo + i];
      FloatVector weights = FloatVector.broadcast(SPECIES, weight);
      int at = yo + i * stride;
      int c = 0;
      for (; c + LENGTH <= columns; c += LENGTH) {
        FloatVector.fromArray(SPECIES, v, vo + c)
            .fma(weights, FloatVector.fromArray(SPECIES, y, at + c))
            .intoArray(y, at + c);
      }
      for (; c < columns; c++) {
        y[at + c] = Math.fma(weight, v[vo + c], y[at + c]);
      }
    }
  }
}
