package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;
import static dev.comporta.tensor.simd.Lanes.SWAP_1;
import static dev.comporta.tensor.simd.Lanes.SWAP_2;
import static dev.comporta.tensor.simd.Lanes.SWAP_4;
import static dev.comporta.tensor.simd.Lanes.SWAP_8;
import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums of {@code e^(x_i - shift)} over a row whose elements are at most {@code shift}: the common
 * part of softmax, log-softmax and cross-entropy.
 *
 * <p>The exponential is that of {@link Exponentials} (same accuracy), with results below {@code
 * 2^-126.5} flushed to zero. The order of summation is fixed: 16 partial sums over the elements
 * with equal index modulo 16, in increasing order, are combined pairwise at distances 1, 2, 4 and
 * 8. The bits are therefore the same for every lane width.
 */
final class ExponentialSums {
  private static final int PARTIALS = 16;

  private ExponentialSums() {}

  /** The sum of {@code e^(x_i - shift)}. */
  static float sum(float[] x, int xo, float shift, int n) {
    return sum(x, xo, shift, x, xo, n, false);
  }

  /** Stores {@code y_i = e^(x_i - shift)} and returns their sum; may operate in place. */
  static float sumAndStore(float[] x, int xo, float shift, float[] y, int yo, int n) {
    return sum(x, xo, shift, y, yo, n, true);
  }

  private static float sum(
      float[] x, int xo, float shift, float[] y, int yo, int n, boolean store) {
    return switch (LENGTH) {
      case 16 -> sumFrom(0, x, xo, shift, y, yo, n, store);
      case 8 ->
          sumFrom(0, x, xo, shift, y, yo, n, store) + sumFrom(8, x, xo, shift, y, yo, n, store);
      default -> {
        float s0 = sumFrom(0, x, xo, shift, y, yo, n, store);
        float s4 = sumFrom(4, x, xo, shift, y, yo, n, store);
        float s8 = sumFrom(8, x, xo, shift, y, yo, n, store);
        float s12 = sumFrom(12, x, xo, shift, y, yo, n, store);
        yield (s0 + s4) + (s8 + s12);
      }
    };
  }

  private static float sumFrom(
      int first, float[] x, int xo, float shift, float[] y, int yo, int n, boolean store) {
    FloatVector t = FloatVector.zero(SPECIES);
    for (int i = first; i < n; i += PARTIALS) {
      boolean full = n - i >= LENGTH;
      FloatVector v =
          full
              ? FloatVector.fromArray(SPECIES, x, xo + i)
              : FloatVector.fromArray(SPECIES, x, xo + i, SPECIES.indexInRange(i, n))
                  .blend(Float.NEGATIVE_INFINITY, SPECIES.indexInRange(i, n).not()); // adds 0
      FloatVector c = v.sub(shift);
      c =
          c.blend(
              -88f,
              c.compare(VectorOperators.LT, -88f)); // from there on, d is -127 and the result zero
      FloatVector k =
          c.fma(
              broadcast(SPECIES, Exponentials.LOG2E), broadcast(SPECIES, Exponentials.ROUND + 127));
      FloatVector d = k.sub(Exponentials.ROUND + 127);
      FloatVector r = d.fma(broadcast(SPECIES, -Exponentials.LN2_HI), c);
      r = d.fma(broadcast(SPECIES, -Exponentials.LN2_LO), r);
      FloatVector p =
          broadcast(SPECIES, Exponentials.E6).fma(r, broadcast(SPECIES, Exponentials.E5));
      p = p.fma(r, broadcast(SPECIES, Exponentials.E4));
      p = p.fma(r, broadcast(SPECIES, Exponentials.E3));
      p = p.fma(r, broadcast(SPECIES, Exponentials.E2));
      p = p.fma(r, broadcast(SPECIES, 1f));
      p = p.fma(r, broadcast(SPECIES, 1f));
      IntVector bits = k.reinterpretAsInts();
      FloatVector s =
          bits.lanewise(VectorOperators.LSHL, Exponentials.EXPONENT_SHIFT).reinterpretAsFloats();
      FloatVector e = p.mul(s);
      t = t.add(e);
      if (store) {
        if (full) {
          e.intoArray(y, yo + i);
        } else {
          e.intoArray(y, yo + i, SPECIES.indexInRange(i, n));
        }
      }
    }
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
}
