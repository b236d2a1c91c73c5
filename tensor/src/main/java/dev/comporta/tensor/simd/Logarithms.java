package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@code log} and {@code softplus}.
 *
 * <p>Algorithm: the argument is {@code 2^e (1 + f)} with {@code f} in [-1/4, 1/2), and {@code log(1
 * + f) = f + f^2 q(f)} with a minimax polynomial {@code q} of degree 8 (coefficients by the Remez
 * exchange, rounded to float one after the other; relative error 2^-27.4). Splitting the argument
 * of {@code log(1 + u)} without a division follows N. Juffa's published {@code log1pf}.
 *
 * <p>Every result depends on the argument only, not on its position or the lane width. Functions
 * may operate in place ({@code y == x}, {@code yo == xo}).
 */
final class Logarithms {
  private static final float LN2 = 0x1.62e430p-1f;
  private static final int THREE_QUARTERS = 0x3f400000;
  private static final int EXPONENT = 0xff800000;
  private static final int ROUND_BITS = 0x4b400000; // of Exponentials.ROUND

  private static final float C2 = -0.5f;
  private static final float C3 = 0x1.5555acp-2f;
  private static final float C4 = -0x1.000082p-2f;
  private static final float C5 = 0x1.99672cp-3f;
  private static final float C6 = -0x1.54d70ap-3f;
  private static final float C7 = 0x1.287484p-3f;
  private static final float C8 = -0x1.0e7a2ap-3f;
  private static final float C9 = 0x1.b16d7ap-4f;
  private static final float C10 = -0x1.784c3cp-5f;

  private Logarithms() {}

  /**
   * {@code y = log x}, within 1 ulp (0.92 measured).
   *
   * <p>Subnormal arguments are treated like any other. Zero of either sign gives minus infinity, a
   * negative argument and NaN give NaN, infinity gives infinity.
   */
  static void log(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      boolean full = n - i >= LENGTH;
      FloatVector v =
          full
              ? FloatVector.fromArray(SPECIES, x, xo + i)
              : FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n));
      VectorMask<Float> small = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = v.mul(0x1p23f, small).reinterpretAsInts();
      IntVector scale = bits.sub(THREE_QUARTERS).and(EXPONENT); // e in the exponent field
      FloatVector f = bits.sub(scale).reinterpretAsFloats().sub(1f);
      IntVector places = scale.lanewise(VectorOperators.ASHR, Exponentials.EXPONENT_SHIFT);
      FloatVector e = places.add(ROUND_BITS).reinterpretAsFloats().sub(Exponentials.ROUND);
      e = e.sub(23f, small);
      FloatVector q = broadcast(SPECIES, C10).fma(f, broadcast(SPECIES, C9));
      q = q.fma(f, broadcast(SPECIES, C8));
      q = q.fma(f, broadcast(SPECIES, C7));
      q = q.fma(f, broadcast(SPECIES, C6));
      q = q.fma(f, broadcast(SPECIES, C5));
      q = q.fma(f, broadcast(SPECIES, C4));
      q = q.fma(f, broadcast(SPECIES, C3));
      q = q.fma(f, broadcast(SPECIES, C2));
      q = q.fma(f.mul(f), f);
      q = e.fma(broadcast(SPECIES, LN2), q);
      q = v.blend(q, v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
      q = q.blend(Float.NaN, v.compare(VectorOperators.LT, 0f));
      q = q.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0f));
      if (full) {
        q.intoArray(y, yo + i);
      } else {
        q.intoArray(y, yo + i, SPECIES.indexInRange(i, n));
      }
    }
  }

  /**
   * {@code y = log(1 + e^x)}, within 1.7 ulp (1.66 measured).
   *
   * <p>Algorithm: {@code max(x, 0) + log1p(e^-|x|)}. A very negative {@code x} keeps its relative
   * accuracy, through the subnormals, until the result is zero (under -103.97208); NaN gives NaN.
   */
  static void softplus(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += LENGTH) {
      boolean full = n - i >= LENGTH;
      FloatVector v =
          full
              ? FloatVector.fromArray(SPECIES, x, xo + i)
              : FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n));
      FloatVector c = v.abs();
      c = c.blend(105f, c.compare(VectorOperators.GT, 105f));
      FloatVector k =
          c.fma(
              broadcast(SPECIES, -Exponentials.LOG2E),
              broadcast(SPECIES, Exponentials.ROUND + 254));
      FloatVector d = k.sub(Exponentials.ROUND + 254);
      FloatVector half =
          d.fma(broadcast(SPECIES, 0.5f), broadcast(SPECIES, Exponentials.ROUND + 127));
      FloatVector r = d.fma(broadcast(SPECIES, Exponentials.LN2_HI), c);
      r = d.fma(broadcast(SPECIES, Exponentials.LN2_LO), r); // -c = d ln 2 - r
      FloatVector p =
          broadcast(SPECIES, Exponentials.E6).fma(r, broadcast(SPECIES, -Exponentials.E5));
      p = p.fma(r, broadcast(SPECIES, Exponentials.E4));
      p = p.fma(r, broadcast(SPECIES, -Exponentials.E3));
      p = p.fma(r, broadcast(SPECIES, Exponentials.E2));
      p = p.fma(r, broadcast(SPECIES, -1f));
      p = p.fma(r, broadcast(SPECIES, 1f));
      IntVector halfBits = half.reinterpretAsInts();
      IntVector restBits = k.reinterpretAsInts().sub(halfBits);
      FloatVector s =
          halfBits
              .lanewise(VectorOperators.LSHL, Exponentials.EXPONENT_SHIFT)
              .reinterpretAsFloats();
      FloatVector t =
          restBits
              .lanewise(VectorOperators.LSHL, Exponentials.EXPONENT_SHIFT)
              .reinterpretAsFloats();
      FloatVector u = p.mul(s).mul(t); // e^-c, between 0 and 1
      // 1 + u = 1 + f, or 2 (1 + f) from 1.5 on
      VectorMask<Float> large = u.compare(VectorOperators.GE, 0.5f);
      FloatVector f = u.blend(u.fma(broadcast(SPECIES, 0.5f), broadcast(SPECIES, -0.5f)), large);
      FloatVector q = broadcast(SPECIES, C10).fma(f, broadcast(SPECIES, C9));
      q = q.fma(f, broadcast(SPECIES, C8));
      q = q.fma(f, broadcast(SPECIES, C7));
      q = q.fma(f, broadcast(SPECIES, C6));
      q = q.fma(f, broadcast(SPECIES, C5));
      q = q.fma(f, broadcast(SPECIES, C4));
      q = q.fma(f, broadcast(SPECIES, C3));
      q = q.fma(f, broadcast(SPECIES, C2));
      q = q.fma(f.mul(f), f);
      q = q.add(LN2, large);
      q = q.add(v.blend(0f, v.compare(VectorOperators.LT, 0f)));
      if (full) {
        q.intoArray(y, yo + i);
      } else {
        q.intoArray(y, yo + i, SPECIES.indexInRange(i, n));
      }
    }
  }
}
