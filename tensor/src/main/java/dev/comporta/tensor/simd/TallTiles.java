package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of 10 and 12 rows by one panel, for processors with 32 vector registers; the
 * contract is the same as for {@link Tiles#run}.
 */
final class TallTiles {
  private TallTiles() {}

  static void rows10(
      boolean full,
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c20 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c21 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c30 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c31 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c40 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c41 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c50 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c51 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c60 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c61 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c70 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c71 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c80 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c81 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so = full ? so + lds : so;
    FloatVector c90 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c91 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + 10 * p]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 8]);
      c80 = x.fma(b0, c80);
      c81 = x.fma(b1, c81);
      x = FloatVector.broadcast(SPECIES, a[ao + 10 * p + 9]);
      c90 = x.fma(b0, c90);
      c91 = x.fma(b1, c91);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    co += ldc;
    c10.intoArray(c, co);
    c11.intoArray(c, co + LENGTH);
    co += ldc;
    c20.intoArray(c, co);
    c21.intoArray(c, co + LENGTH);
    co += ldc;
    c30.intoArray(c, co);
    c31.intoArray(c, co + LENGTH);
    co += ldc;
    c40.intoArray(c, co);
    c41.intoArray(c, co + LENGTH);
    co += ldc;
    c50.intoArray(c, co);
    c51.intoArray(c, co + LENGTH);
    co += ldc;
    c60.intoArray(c, co);
    c61.intoArray(c, co + LENGTH);
    co += ldc;
    c70.intoArray(c, co);
    c71.intoArray(c, co + LENGTH);
    co += ldc;
    c80.intoArray(c, co);
    c81.intoArray(c, co + LENGTH);
    if (full) {
      co += ldc;
      c90.intoArray(c, co);
      c91.intoArray(c, co + LENGTH);
    }
  }

  static void rows12(
      boolean full,
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c20 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c21 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c30 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c31 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c40 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c41 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c50 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c51 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c60 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c61 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c70 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c71 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c80 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c81 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c90 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c91 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so += lds;
    FloatVector c100 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c101 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so = full ? so + lds : so;
    FloatVector c110 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c111 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + 12 * p]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 8]);
      c80 = x.fma(b0, c80);
      c81 = x.fma(b1, c81);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 9]);
      c90 = x.fma(b0, c90);
      c91 = x.fma(b1, c91);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 10]);
      c100 = x.fma(b0, c100);
      c101 = x.fma(b1, c101);
      x = FloatVector.broadcast(SPECIES, a[ao + 12 * p + 11]);
      c110 = x.fma(b0, c110);
      c111 = x.fma(b1, c111);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    co += ldc;
    c10.intoArray(c, co);
    c11.intoArray(c, co + LENGTH);
    co += ldc;
    c20.intoArray(c, co);
    c21.intoArray(c, co + LENGTH);
    co += ldc;
    c30.intoArray(c, co);
    c31.intoArray(c, co + LENGTH);
    co += ldc;
    c40.intoArray(c, co);
    c41.intoArray(c, co + LENGTH);
    co += ldc;
    c50.intoArray(c, co);
    c51.intoArray(c, co + LENGTH);
    co += ldc;
    c60.intoArray(c, co);
    c61.intoArray(c, co + LENGTH);
    co += ldc;
    c70.intoArray(c, co);
    c71.intoArray(c, co + LENGTH);
    co += ldc;
    c80.intoArray(c, co);
    c81.intoArray(c, co + LENGTH);
    co += ldc;
    c90.intoArray(c, co);
    c91.intoArray(c, co + LENGTH);
    co += ldc;
    c100.intoArray(c, co);
    c101.intoArray(c, co + LENGTH);
    if (full) {
      co += ldc;
      c110.intoArray(c, co);
      c111.intoArray(c, co + LENGTH);
    }
  }
}
