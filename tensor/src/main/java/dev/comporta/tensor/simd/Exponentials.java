package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@code exp}, and the constants for the other functions that are based on exponentials.
 *
 * <p>Algorithm: {@code x = n ln 2 + r} with {@code n} the nearest integer (Cody and Waite's
 * reduction in two fused steps), a minimax polynomial of degree 6 on {@code |r| <= ln(2) / 2}
 * (coefficients by the Remez exchange, rounded to float one after the other), then a scaling by
 * {@code 2^n}. See J.-M. Muller, "Elementary Functions", chapters 3 and 11.
 *
 * <p>Every result depends on the argument only, not on its position or the lane width. Functions
 * may operate in place ({@code y == x}, {@code yo == xo}).
 */
final class Exponentials {
  static final float LOG2E = 0x1.715476p0f;
  static final float LN2_HI = 0x1.62e430p-1f;
  static final float LN2_LO = -0x1.05c610p-29f;

  /** Adding this constant rounds to an integer and leaves it in the lowest bits of the sum. */
  static final float ROUND = 0x1.8p23f;

  /** The position of the exponent field in a float. */
  static final int EXPONENT_SHIFT = 23;

  /** e^r = 1 + r + r^2 (E2 + E3 r + ... + E6 r^4), relative error 2^-28.2 on |r| <= ln(2) / 2. */
  static final float E2 = 0x1.fffffcp-2f;

  static final float E3 = 0x1.55548cp-3f;
  static final float E4 = 0x1.555858p-5f;
  static final float E5 = 0x1.123da6p-7f;
  static final float E6 = 0x1.6ac36ap-10f;

  /** The same for e^r - 1 = r + r^2 (M2 + ...), relative error 2^-26.1; see {@link Sigmoids}. */
  static final float M2 = 0x1.fffffep-2f;

  static final float M3 = 0x1.5554aap-3f;
  static final float M4 = 0x1.55579ap-5f;
  static final float M5 = 0x1.122c38p-7f;
  static final float M6 = 0x1.6ac052p-10f;

  private Exponentials() {}

  /**
   * {@code y = e^x}, within 1 ulp (0.90 measured).
   *
   * <p>Subnormal results are rounded gradually; above 88.72283 the result is infinite, below
   * -103.97208 zero; NaN gives NaN.
   */
  static void exp(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      boolean full = n - i >= LENGTH;
      FloatVector v =
          full
              ? FloatVector.fromArray(SPECIES, x, xo + i)
              : FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n));
      FloatVector c = v.blend(89f, v.compare(VectorOperators.GT, 89f));
      c = c.blend(-105f, v.compare(VectorOperators.LT, -105f));
      // 2^d is applied in two factors, 2^half and 2^(d - half): d reaches from -151 to 128
      FloatVector k = c.fma(broadcast(SPECIES, LOG2E), broadcast(SPECIES, ROUND + 254));
      FloatVector d = k.sub(ROUND + 254);
      FloatVector half = d.fma(broadcast(SPECIES, 0.5f), broadcast(SPECIES, ROUND + 127));
      FloatVector r = d.fma(broadcast(SPECIES, -LN2_HI), c);
      r = d.fma(broadcast(SPECIES, -LN2_LO), r);
      FloatVector p = broadcast(SPECIES, E6).fma(r, broadcast(SPECIES, E5));
      p = p.fma(r, broadcast(SPECIES, E4));
      p = p.fma(r, broadcast(SPECIES, E3));
      p = p.fma(r, broadcast(SPECIES, E2));
      p = p.fma(r, broadcast(SPECIES, 1f));
      p = p.fma(r, broadcast(SPECIES, 1f));
      IntVector halfBits = half.reinterpretAsInts();
      IntVector restBits = k.reinterpretAsInts().sub(halfBits);
      FloatVector s = halfBits.lanewise(VectorOperators.LSHL, EXPONENT_SHIFT).reinterpretAsFloats();
      FloatVector t = restBits.lanewise(VectorOperators.LSHL, EXPONENT_SHIFT).reinterpretAsFloats();
      if (full) {
        p.mul(s).mul(t).intoArray(y, yo + i);
      } else {
        p.mul(s).mul(t).intoArray(y, yo + i, SPECIES.indexInRange(i, n));
      }
    }
  }
}
