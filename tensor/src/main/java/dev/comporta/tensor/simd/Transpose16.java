package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Transposes tiles of 16 rows by 16 columns in registers, for vectors of 512 bits, in 4 rounds that
 * exchange blocks of 1, 2, 4 and 8 lanes between pairs of vectors.
 */
final class Transpose16 {
  private static final FloatVector EVEN_1 = Packing.exchange(1, 0);
  private static final FloatVector ODD_1 = Packing.exchange(1, 1);
  private static final FloatVector EVEN_2 = Packing.exchange(2, 0);
  private static final FloatVector ODD_2 = Packing.exchange(2, 1);
  private static final FloatVector EVEN_4 = Packing.exchange(4, 0);
  private static final FloatVector ODD_4 = Packing.exchange(4, 1);
  private static final FloatVector EVEN_8 = Packing.exchange(8, 0);
  private static final FloatVector ODD_8 = Packing.exchange(8, 1);

  private Transpose16() {}

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
    int f8 = used > 8 ? f7 + ld : f7;
    int f9 = used > 9 ? f8 + ld : f8;
    int f10 = used > 10 ? f9 + ld : f9;
    int f11 = used > 11 ? f10 + ld : f10;
    int f12 = used > 12 ? f11 + ld : f11;
    int f13 = used > 13 ? f12 + ld : f12;
    int f14 = used > 14 ? f13 + ld : f13;
    int f15 = used > 15 ? f14 + ld : f14;
    for (int p = 0; p < k; p += LENGTH) {
      FloatVector r0 = FloatVector.fromArray(SPECIES, from, fo + p);
      FloatVector r1 = FloatVector.fromArray(SPECIES, from, f1 + p);
      FloatVector r2 = FloatVector.fromArray(SPECIES, from, f2 + p);
      FloatVector r3 = FloatVector.fromArray(SPECIES, from, f3 + p);
      FloatVector r4 = FloatVector.fromArray(SPECIES, from, f4 + p);
      FloatVector r5 = FloatVector.fromArray(SPECIES, from, f5 + p);
      FloatVector r6 = FloatVector.fromArray(SPECIES, from, f6 + p);
      FloatVector r7 = FloatVector.fromArray(SPECIES, from, f7 + p);
      FloatVector r8 = FloatVector.fromArray(SPECIES, from, f8 + p);
      FloatVector r9 = FloatVector.fromArray(SPECIES, from, f9 + p);
      FloatVector r10 = FloatVector.fromArray(SPECIES, from, f10 + p);
      FloatVector r11 = FloatVector.fromArray(SPECIES, from, f11 + p);
      FloatVector r12 = FloatVector.fromArray(SPECIES, from, f12 + p);
      FloatVector r13 = FloatVector.fromArray(SPECIES, from, f13 + p);
      FloatVector r14 = FloatVector.fromArray(SPECIES, from, f14 + p);
      FloatVector r15 = FloatVector.fromArray(SPECIES, from, f15 + p);
      FloatVector s0 = EVEN_1.selectFrom(r0, r1);
      FloatVector s1 = ODD_1.selectFrom(r0, r1);
      FloatVector s2 = EVEN_1.selectFrom(r2, r3);
      FloatVector s3 = ODD_1.selectFrom(r2, r3);
      FloatVector s4 = EVEN_1.selectFrom(r4, r5);
      FloatVector s5 = ODD_1.selectFrom(r4, r5);
      FloatVector s6 = EVEN_1.selectFrom(r6, r7);
      FloatVector s7 = ODD_1.selectFrom(r6, r7);
      FloatVector s8 = EVEN_1.selectFrom(r8, r9);
      FloatVector s9 = ODD_1.selectFrom(r8, r9);
      FloatVector s10 = EVEN_1.selectFrom(r10, r11);
      FloatVector s11 = ODD_1.selectFrom(r10, r11);
      FloatVector s12 = EVEN_1.selectFrom(r12, r13);
      FloatVector s13 = ODD_1.selectFrom(r12, r13);
      FloatVector s14 = EVEN_1.selectFrom(r14, r15);
      FloatVector s15 = ODD_1.selectFrom(r14, r15);
      FloatVector t0 = EVEN_2.selectFrom(s0, s2);
      FloatVector t1 = EVEN_2.selectFrom(s1, s3);
      FloatVector t2 = ODD_2.selectFrom(s0, s2);
      FloatVector t3 = ODD_2.selectFrom(s1, s3);
      FloatVector t4 = EVEN_2.selectFrom(s4, s6);
      FloatVector t5 = EVEN_2.selectFrom(s5, s7);
      FloatVector t6 = ODD_2.selectFrom(s4, s6);
      FloatVector t7 = ODD_2.selectFrom(s5, s7);
      FloatVector t8 = EVEN_2.selectFrom(s8, s10);
      FloatVector t9 = EVEN_2.selectFrom(s9, s11);
      FloatVector t10 = ODD_2.selectFrom(s8, s10);
      FloatVector t11 = ODD_2.selectFrom(s9, s11);
      FloatVector t12 = EVEN_2.selectFrom(s12, s14);
      FloatVector t13 = EVEN_2.selectFrom(s13, s15);
      FloatVector t14 = ODD_2.selectFrom(s12, s14);
      FloatVector t15 = ODD_2.selectFrom(s13, s15);
      FloatVector u0 = EVEN_4.selectFrom(t0, t4);
      FloatVector u1 = EVEN_4.selectFrom(t1, t5);
      FloatVector u2 = EVEN_4.selectFrom(t2, t6);
      FloatVector u3 = EVEN_4.selectFrom(t3, t7);
      FloatVector u4 = ODD_4.selectFrom(t0, t4);
      FloatVector u5 = ODD_4.selectFrom(t1, t5);
      FloatVector u6 = ODD_4.selectFrom(t2, t6);
      FloatVector u7 = ODD_4.selectFrom(t3, t7);
      FloatVector u8 = EVEN_4.selectFrom(t8, t12);
      FloatVector u9 = EVEN_4.selectFrom(t9, t13);
      FloatVector u10 = EVEN_4.selectFrom(t10, t14);
      FloatVector u11 = EVEN_4.selectFrom(t11, t15);
      FloatVector u12 = ODD_4.selectFrom(t8, t12);
      FloatVector u13 = ODD_4.selectFrom(t9, t13);
      FloatVector u14 = ODD_4.selectFrom(t10, t14);
      FloatVector u15 = ODD_4.selectFrom(t11, t15);
      FloatVector v0 = EVEN_8.selectFrom(u0, u8);
      FloatVector v1 = EVEN_8.selectFrom(u1, u9);
      FloatVector v2 = EVEN_8.selectFrom(u2, u10);
      FloatVector v3 = EVEN_8.selectFrom(u3, u11);
      FloatVector v4 = EVEN_8.selectFrom(u4, u12);
      FloatVector v5 = EVEN_8.selectFrom(u5, u13);
      FloatVector v6 = EVEN_8.selectFrom(u6, u14);
      FloatVector v7 = EVEN_8.selectFrom(u7, u15);
      FloatVector v8 = ODD_8.selectFrom(u0, u8);
      FloatVector v9 = ODD_8.selectFrom(u1, u9);
      FloatVector v10 = ODD_8.selectFrom(u2, u10);
      FloatVector v11 = ODD_8.selectFrom(u3, u11);
      FloatVector v12 = ODD_8.selectFrom(u4, u12);
      FloatVector v13 = ODD_8.selectFrom(u5, u13);
      FloatVector v14 = ODD_8.selectFrom(u6, u14);
      FloatVector v15 = ODD_8.selectFrom(u7, u15);
      v0.intoArray(to, too);
      too += width;
      v1.intoArray(to, too);
      too += width;
      v2.intoArray(to, too);
      too += width;
      v3.intoArray(to, too);
      too += width;
      v4.intoArray(to, too);
      too += width;
      v5.intoArray(to, too);
      too += width;
      v6.intoArray(to, too);
      too += width;
      v7.intoArray(to, too);
      too += width;
      v8.intoArray(to, too);
      too += width;
      v9.intoArray(to, too);
      too += width;
      v10.intoArray(to, too);
      too += width;
      v11.intoArray(to, too);
      too += width;
      v12.intoArray(to, too);
      too += width;
      v13.intoArray(to, too);
      too += width;
      v14.intoArray(to, too);
      too += width;
      v15.intoArray(to, too);
      too += width;
    }
  }
}
