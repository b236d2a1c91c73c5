package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Element-wise functions of one operand that the hardware computes with correct rounding.
 *
 * <p>Every result depends on the argument only, not on its position or the lane width. Functions
 * may operate in place ({@code y == x}, {@code yo == xo}).
 */
final class UnaryLoops {
  private UnaryLoops() {}

  /** {@code y = -x}, including zeros. */
  static void negate(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.neg().intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.neg().intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = |x|}. */
  static void abs(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.abs().intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.abs().intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = x^2}. */
  static void square(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.mul(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.mul(v).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = sqrt x}; NaN for negative {@code x}. */
  static void sqrt(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.sqrt().intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.sqrt().intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = 1 / x}, correctly rounded. */
  static void reciprocal(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      broadcast(SPECIES, 1f).div(v).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      broadcast(SPECIES, 1f).div(v).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = max(x, 0)}; NaN stays NaN, a negative zero becomes positive. */
  static void relu(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector r = v.blend(0f, v.compare(VectorOperators.LE, 0f));
      r.intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      FloatVector r = v.blend(0f, v.compare(VectorOperators.LE, 0f));
      r.intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = 1} where {@code x > 0}, else 0 (also for NaN). */
  static void step(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector r = broadcast(SPECIES, 0f).blend(1f, v.compare(VectorOperators.GT, 0f));
      r.intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      FloatVector r = broadcast(SPECIES, 0f).blend(1f, v.compare(VectorOperators.GT, 0f));
      r.intoArray(y, yo + i, tail);
    }
  }

  /** The sign of {@code x}: 1, -1, or {@code x} itself for zeros and NaN. */
  static void sign(float[] x, int xo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector r = v.blend(1f, v.compare(VectorOperators.GT, 0f));
      r = r.blend(-1f, v.compare(VectorOperators.LT, 0f));
      r.intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      FloatVector r = v.blend(1f, v.compare(VectorOperators.GT, 0f));
      r = r.blend(-1f, v.compare(VectorOperators.LT, 0f));
      r.intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = scale x + shift}, rounded once (fused). */
  static void affine(float[] x, int xo, float scale, float shift, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.fma(broadcast(SPECIES, scale), broadcast(SPECIES, shift)).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i, tail);
      v.fma(broadcast(SPECIES, scale), broadcast(SPECIES, shift)).intoArray(y, yo + i, tail);
    }
  }
}
