package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Softmax and related functions of one row; the order of summation is that of {@link
 * ExponentialSums}.
 *
 * <p>The largest element is subtracted first, so finite rows neither overflow nor divide by zero. A
 * row that contains NaN or plus infinity, or only minus infinity, gives NaN. The output may be the
 * input at the same offset.
 */
final class SoftmaxRows {
  private SoftmaxRows() {}

  /** {@code y[c] = e^x[c] / sum of e^x}; results below 2^-126 may be zero. */
  static void softmax(float[] x, int xo, float[] y, int yo, int columns) {
    float largest = Reductions.max(x, xo, columns);
    float sum = ExponentialSums.sumAndStore(x, xo, largest, y, yo, columns);
    ScalarLoops.multiply(y, yo, 1 / sum, y, yo, columns);
  }

  /** {@code y[c] = x[c] - log(sum of e^x)}. */
  static void logSoftmax(float[] x, int xo, float[] y, int yo, int columns) {
    float largest = Reductions.max(x, xo, columns);
    float log = (float) StrictMath.log(ExponentialSums.sum(x, xo, largest, columns));
    subtractTwice(x, xo, largest, log, y, yo, columns);
  }

  /**
   * {@code log(sum of e^x)}. Unlike the other functions, it returns minus infinity for a row of
   * minus infinities, and plus infinity for a row with plus infinity and no NaN.
   */
  static float logSumExp(float[] x, int xo, int columns) {
    float largest = Reductions.max(x, xo, columns);
    return Float.isInfinite(largest)
        ? largest
        : (float) (largest + StrictMath.log(ExponentialSums.sum(x, xo, largest, columns)));
  }

  private static void subtractTwice(
      float[] x, int xo, float first, float second, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      boolean full = n - i >= LENGTH;
      FloatVector v =
          full
              ? FloatVector.fromArray(SPECIES, x, xo + i)
              : FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n));
      FloatVector r = v.sub(first).sub(second);
      if (full) {
        r.intoArray(y, yo + i);
      } else {
        r.intoArray(y, yo + i, SPECIES.indexInRange(i, n));
      }
    }
  }
}
