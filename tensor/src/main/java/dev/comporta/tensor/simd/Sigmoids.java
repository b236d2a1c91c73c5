package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The gate activations {@code tanh} and {@code sigmoid}, and their gradients as functions of the
 * result.
 *
 * <p>Every result depends on the argument only, not on its position or the lane width. The output
 * may be an input at the same offset.
 */
final class Sigmoids {
  private static final int SIGN = 0x80000000;

  /** (e^2h - 1) / 2 = h + h^2 (T2 + T3 h + ... + T6 h^4): Exponentials' M with r = 2h. */
  private static final float T2 = 2 * Exponentials.M2;

  private static final float T3 = 4 * Exponentials.M3;
  private static final float T4 = 8 * Exponentials.M4;
  private static final float T5 = 16 * Exponentials.M5;
  private static final float T6 = 32 * Exponentials.M6;

  private Sigmoids() {}

  /**
   * {@code y = tanh x}, within 2.6 ulp (2.57 measured).
   *
   * <p>Algorithm: {@code tanh |x| = E / (E + 1)} with {@code E = (e^(2|x|) - 1) / 2}, computed as
   * in {@link Exponentials} with its constants scaled so that the factors 2 cost nothing; then the
   * sign of {@code x}. Small arguments keep their relative accuracy. The function is exactly odd
   * and never exceeds 1; zeros and subnormals are returned unchanged; NaN gives NaN.
   */
  static void tanh(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      boolean full = n - i >= LENGTH;
      FloatVector v =
          full
              ? FloatVector.fromArray(SPECIES, x, xo + i)
              : FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n));
      FloatVector c = v.abs();
      c = c.blend(9.1f, c.compare(VectorOperators.GT, 9.1f)); // from there on, tanh rounds to 1
      // c = d ln(2) / 2 + h
      FloatVector k =
          c.fma(
              broadcast(SPECIES, 2 * Exponentials.LOG2E),
              broadcast(SPECIES, Exponentials.ROUND + 127));
      FloatVector d = k.sub(Exponentials.ROUND + 127);
      FloatVector h = d.fma(broadcast(SPECIES, -0.5f * Exponentials.LN2_HI), c);
      h = d.fma(broadcast(SPECIES, -0.5f * Exponentials.LN2_LO), h);
      FloatVector p = broadcast(SPECIES, T6).fma(h, broadcast(SPECIES, T5));
      p = p.fma(h, broadcast(SPECIES, T4));
      p = p.fma(h, broadcast(SPECIES, T3));
      p = p.fma(h, broadcast(SPECIES, T2));
      p = p.fma(h.mul(h), h);
      IntVector bits = k.reinterpretAsInts();
      FloatVector s =
          bits.lanewise(VectorOperators.LSHL, Exponentials.EXPONENT_SHIFT).reinterpretAsFloats();
      FloatVector e = p.fma(s, s.fma(broadcast(SPECIES, 0.5f), broadcast(SPECIES, -0.5f)));
      IntVector sign = v.reinterpretAsInts().and(SIGN);
      IntVector t = e.div(e.add(1f)).reinterpretAsInts().or(sign);
      if (full) {
        t.reinterpretAsFloats().intoArray(y, yo + i);
      } else {
        t.reinterpretAsFloats().intoArray(y, yo + i, SPECIES.indexInRange(i, n));
      }
    }
  }

  /**
   * {@code y = 1 / (1 + e^-x)}, within 2.5 ulp (2.49 measured).
   *
   * <p>Algorithm: {@code e^-x} as in {@link Exponentials}, its scaling fused with the sum. Results
   * keep their relative accuracy down to {@code 2^-127.5}; below that (x under -88.376) they are
   * zero. NaN gives NaN.
   */
  static void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      boolean full = n - i >= LENGTH;
      FloatVector v =
          full
              ? FloatVector.fromArray(SPECIES, x, xo + i)
              : FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n));
      // clamped so that the exponent of e^-x stays between -127 (zero) and 128 (infinite)
      FloatVector c = v.blend(88f, v.compare(VectorOperators.GT, 88f));
      c = c.blend(-88.5f, v.compare(VectorOperators.LT, -88.5f));
      FloatVector k =
          c.fma(
              broadcast(SPECIES, -Exponentials.LOG2E),
              broadcast(SPECIES, Exponentials.ROUND + 127));
      FloatVector d = k.sub(Exponentials.ROUND + 127);
      FloatVector r = d.fma(broadcast(SPECIES, Exponentials.LN2_HI), c);
      r = d.fma(broadcast(SPECIES, Exponentials.LN2_LO), r); // -c = d ln 2 - r
      FloatVector p =
          broadcast(SPECIES, Exponentials.E6).fma(r, broadcast(SPECIES, -Exponentials.E5));
      p = p.fma(r, broadcast(SPECIES, Exponentials.E4));
      p = p.fma(r, broadcast(SPECIES, -Exponentials.E3));
      p = p.fma(r, broadcast(SPECIES, Exponentials.E2));
      p = p.fma(r, broadcast(SPECIES, -1f));
      p = p.fma(r, broadcast(SPECIES, 1f));
      IntVector bits = k.reinterpretAsInts();
      FloatVector s =
          bits.lanewise(VectorOperators.LSHL, Exponentials.EXPONENT_SHIFT).reinterpretAsFloats();
      FloatVector e = p.fma(s, broadcast(SPECIES, 1f)); // 1 + e^-x
      if (full) {
        broadcast(SPECIES, 1f).div(e).intoArray(y, yo + i);
      } else {
        broadcast(SPECIES, 1f).div(e).intoArray(y, yo + i, SPECIES.indexInRange(i, n));
      }
    }
  }

  /** {@code dx = dy (1 - y^2)} for {@code y = tanh x}; the bracket is rounded once. */
  static void tanhGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector g = FloatVector.fromArray(SPECIES, dy, dyo + i);
      v.neg().fma(v, broadcast(SPECIES, 1f)).mul(g).intoArray(dx, dxo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i, tail);
      FloatVector g = FloatVector.fromArray(SPECIES, dy, dyo + i, tail);
      v.neg().fma(v, broadcast(SPECIES, 1f)).mul(g).intoArray(dx, dxo + i, tail);
    }
  }

  /** {@code dx = dy (y - y^2)} for {@code y = sigmoid x}; the bracket is rounded once. */
  static void sigmoidGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int i = 0;
    for (int end = SPECIES.loopBound(n); i < end; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector g = FloatVector.fromArray(SPECIES, dy, dyo + i);
      v.neg().fma(v, v).mul(g).intoArray(dx, dxo + i);
    }
    if (i < n) {
      VectorMask<Float> tail = SPECIES.indexInRange(i, n);
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i, tail);
      FloatVector g = FloatVector.fromArray(SPECIES, dy, dyo + i, tail);
      v.neg().fma(v, v).mul(g).intoArray(dx, dxo + i, tail);
    }
  }
}
