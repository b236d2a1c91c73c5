package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Transposes tiles of 8 rows by 8 columns in registers, for vectors of 256 bits, in 3 rounds that
 * exchange blocks of 1, 2 and 4 lanes between pairs of vectors.
 */
final class Transpose8 {
  private static final FloatVector EVEN_1 = Packing.exchange(1, 0);
  private static final FloatVector ODD_1 = Packing.exchange(1, 1);
  private static final FloatVector EVEN_2 = Packing.exchange(2, 0);
  private static final FloatVector ODD_2 = Packing.exchange(2, 1);
  private static final FloatVector EVEN_4 = Packing.exchange(4, 0);
  private static final FloatVector ODD_4 = Packing.exchange(4, 1);

  private Transpose8() {}

  /**
   * {@code to[p * width + i] = from[i * ld + p]} for i below {@link Lanes#LENGTH} and p below k, a
   * multiple of it. If only {@code used} rows exist, the last one is read in place of the others.
   */
  static void strip(int k, int used, int width, float[] from, int fo, int ld, float[] to, int too) {
    int f1 = used > 1 ? fo + ld : fo;
    int f2 = used > 2 ? f1 + ld : f1;
    int f3 = used > 3 ? f2 + ld : f2;
    int f4 = used > 4 ? f3 + ld : f3;
    int f5 = used > 5 ? f4 + ld : f4;
    int f6 = used > 6 ? f5 + ld : f5;
    int f7 = used > 7 ? f6 + ld : f6;
    for (int p = 0; p < k; p += LENGTH) {
      FloatVector r0 = FloatVector.fromArray(SPECIES, from, fo + p);
      FloatVector r1 = FloatVector.fromArray(SPECIES, from, f1 + p);
      FloatVector r2 = FloatVector.fromArray(SPECIES, from, f2 + p);
      FloatVector r3 = FloatVector.fromArray(SPECIES, from, f3 + p);
      FloatVector r4 = FloatVector.fromArray(SPECIES, from, f4 + p);
      FloatVector r5 = FloatVector.fromArray(SPECIES, from, f5 + p);
      FloatVector r6 = FloatVector.fromArray(SPECIES, from, f6 + p);
      FloatVector r7 = FloatVector.fromArray(SPECIES, from, f7 + p);
      FloatVector s0 = EVEN_1.selectFrom(r0, r1);
      FloatVector s1 = ODD_1.selectFrom(r0, r1);
      FloatVector s2 = EVEN_1.selectFrom(r2, r3);
      FloatVector s3 = ODD_1.selectFrom(r2, r3);
      FloatVector s4 = EVEN_1.selectFrom(r4, r5);
      FloatVector s5 = ODD_1.selectFrom(r4, r5);
      FloatVector s6 = EVEN_1.selectFrom(r6, r7);
      FloatVector s7 = ODD_1.selectFrom(r6, r7);
      FloatVector t0 = EVEN_2.selectFrom(s0, s2);
      FloatVector t1 = EVEN_2.selectFrom(s1, s3);
      FloatVector t2 = ODD_2.selectFrom(s0, s2);
      FloatVector t3 = ODD_2.selectFrom(s1, s3);
      FloatVector t4 = EVEN_2.selectFrom(s4, s6);
      FloatVector t5 = EVEN_2.selectFrom(s5, s7);
      FloatVector t6 = ODD_2.selectFrom(s4, s6);
      FloatVector t7 = ODD_2.selectFrom(s5, s7);
      FloatVector u0 = EVEN_4.selectFrom(t0, t4);
      FloatVector u1 = EVEN_4.selectFrom(t1, t5);
      FloatVector u2 = EVEN_4.selectFrom(t2, t6);
      FloatVector u3 = EVEN_4.selectFrom(t3, t7);
      FloatVector u4 = ODD_4.selectFrom(t0, t4);
      FloatVector u5 = ODD_4.selectFrom(t1, t5);
      FloatVector u6 = ODD_4.selectFrom(t2, t6);
      FloatVector u7 = ODD_4.selectFrom(t3, t7);
      u0.intoArray(to, too);
      too += width;
      u1.intoArray(to, too);
      too += width;
      u2.intoArray(to, too);
      too += width;
      u3.intoArray(to, too);
      too += width;
      u4.intoArray(to, too);
      too += width;
      u5.intoArray(to, too);
      too += width;
      u6.intoArray(to, too);
      too += width;
      u7.intoArray(to, too);
      too += width;
    }
  }
}
