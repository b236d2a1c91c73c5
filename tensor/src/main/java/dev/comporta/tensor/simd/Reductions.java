package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static dev.comporta.tensor.simd.Lanes.SWAP_1;
import static dev.comporta.tensor.simd.Lanes.SWAP_2;
import static dev.comporta.tensor.simd.Lanes.SWAP_4;
import static dev.comporta.tensor.simd.Lanes.SWAP_8;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Reductions of a row to one number.
 *
 * <p><b>Order.</b> A sum has the same bits for every lane width. It consists of 32 partial sums
 * over the elements with equal index modulo 32, in increasing order; then partial sums {@code j}
 * and {@code j + 16} are added, and the 16 results are combined pairwise at distances 1, 2, 4 and
 * 8. Narrow vectors make several passes over the row, each for some of the partial sums.
 *
 * <p>The error of a sum of n elements is at most {@code gamma(ceil(n / 32) + 6) * sum |x_i|} with
 * {@code gamma(k) = k u / (1 - k u)}, {@code u = 2^-24} (N. J. Higham, "Accuracy and Stability of
 * Numerical Algorithms", section 4.2).
 */
final class Reductions {
  /** Partial sums of one row. */
  private static final int PARTIALS = 32;

  private static final int HALF = PARTIALS / 2;

  private Reductions() {}

  /** The sum of n elements; 0 for none. */
  static float sum(float[] x, int xo, int n) {
    return switch (LENGTH) {
      case 16 -> sumFrom(0, x, xo, n);
      case 8 -> sumFrom(0, x, xo, n) + sumFrom(8, x, xo, n);
      default -> {
        float low = sumFrom(0, x, xo, n) + sumFrom(4, x, xo, n);
        float high = sumFrom(8, x, xo, n) + sumFrom(12, x, xo, n);
        yield low + high;
      }
    };
  }

  private static float sumFrom(int first, float[] x, int xo, int n) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = FloatVector.zero(SPECIES);
    int i = first;
    for (; i + HALF + LENGTH <= n; i += PARTIALS) {
      a = a.add(FloatVector.fromArray(SPECIES, x, xo + i));
      b = b.add(FloatVector.fromArray(SPECIES, x, xo + i + HALF));
    }
    if (i < n) {
      a = a.add(FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n)));
    }
    if (i + HALF < n) {
      b =
          b.add(
              FloatVector.fromArray(SPECIES, x, xo + i + HALF, SPECIES.indexInRange(i + HALF, n)));
    }
    FloatVector t = a.add(b);
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

  /**
   * The sum of squares in double: eight partial sums by index modulo 8, combined pairwise at
   * distances 4, 2 and 1, then the squares after the last complete group of eight. Squares of
   * floats are exact in double.
   */
  static double sumOfSquares(float[] x, int xo, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = xo;
    for (int end = xo + n - 7; i < end; i += 8) {
      s0 += (double) x[i] * x[i];
      s1 += (double) x[i + 1] * x[i + 1];
      s2 += (double) x[i + 2] * x[i + 2];
      s3 += (double) x[i + 3] * x[i + 3];
      s4 += (double) x[i + 4] * x[i + 4];
      s5 += (double) x[i + 5] * x[i + 5];
      s6 += (double) x[i + 6] * x[i + 6];
      s7 += (double) x[i + 7] * x[i + 7];
    }
    double rest = 0;
    for (; i < xo + n; i++) {
      rest += (double) x[i] * x[i];
    }
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)) + rest;
  }

  /** The largest element; NaN if any element is NaN, minus infinity for an empty row. */
  static float max(float[] x, int xo, int n) {
    FloatVector a = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    int i = 0;
    for (; i + 2 * LENGTH <= n; i += 2 * LENGTH) {
      a = a.max(FloatVector.fromArray(SPECIES, x, xo + i));
      b = b.max(FloatVector.fromArray(SPECIES, x, xo + i + LENGTH));
    }
    for (; i < n; i += LENGTH) {
      a =
          a.lanewise(
              VectorOperators.MAX,
              FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n)),
              SPECIES.indexInRange(i, n));
    }
    return a.max(b).reduceLanes(VectorOperators.MAX);
  }
}
