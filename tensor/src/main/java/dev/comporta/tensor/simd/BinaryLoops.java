package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Element-wise arithmetic on two operands, fused multiply-add, and selection.
 *
 * <p>Results are correctly rounded. The output may be an operand at the same offset.
 */
final class BinaryLoops {
  private BinaryLoops() {}

  /** {@code y = a + b}. */
  static void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      v.add(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i, tail);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i, tail);
      v.add(w).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = a - b}. */
  static void subtract(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      v.sub(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i, tail);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i, tail);
      v.sub(w).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = a b}. */
  static void multiply(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      v.mul(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i, tail);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i, tail);
      v.mul(w).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = a / b}. */
  static void divide(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      v.div(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i, tail);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i, tail);
      v.div(w).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = Math.max(a, b)}: NaN if either is NaN; -0 is less than +0. */
  static void maximum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      v.max(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i, tail);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i, tail);
      v.max(w).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = Math.min(a, b)}: NaN if either is NaN; -0 is less than +0. */
  static void minimum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      v.min(w).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i, tail);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i, tail);
      v.min(w).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = 1} where {@code a > b}, else 0 (also where either is NaN). */
  static void greater(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      FloatVector r = broadcast(SPECIES, 0f).blend(1f, v.compare(VectorOperators.GT, w));
      r.intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i, tail);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i, tail);
      FloatVector r = broadcast(SPECIES, 0f).blend(1f, v.compare(VectorOperators.GT, w));
      r.intoArray(y, yo + i, tail);
    }
  }

  /** {@code dx = dy} where {@code y > 0}, else 0, for {@code y = relu x}. */
  static void reluGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector g = FloatVector.fromArray(SPECIES, dy, dyo + i);
      FloatVector r = broadcast(SPECIES, 0f).blend(g, v.compare(VectorOperators.GT, 0f));
      r.intoArray(dx, dxo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i, tail);
      FloatVector g = FloatVector.fromArray(SPECIES, dy, dyo + i, tail);
      FloatVector r = broadcast(SPECIES, 0f).blend(g, v.compare(VectorOperators.GT, 0f));
      r.intoArray(dx, dxo + i, tail);
    }
  }

  /** {@code y = a b + c}, rounded once (fused). */
  static void multiplyAdd(
      float[] a, int ao, float[] b, int bo, float[] c, int co, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      FloatVector u = FloatVector.fromArray(SPECIES, c, co + i);
      v.fma(w, u).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i, tail);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i, tail);
      FloatVector u = FloatVector.fromArray(SPECIES, c, co + i, tail);
      v.fma(w, u).intoArray(y, yo + i, tail);
    }
  }

  /** {@code y = condition != 0 ? a : b}. */
  static void select(
      float[] condition, int co, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector c = FloatVector.fromArray(SPECIES, condition, co + i);
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector w = FloatVector.fromArray(SPECIES, b, bo + i);
      v.blend(w, c.compare(VectorOperators.EQ, 0f)).intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = condition[co + i] != 0 ? a[ao + i] : b[bo + i];
    }
  }
}
