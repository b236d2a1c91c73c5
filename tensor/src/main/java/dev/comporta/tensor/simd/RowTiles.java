package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Products of one or two rows with panels: the shapes of streaming inference.
 *
 * <p>A single row has only two accumulators a panel, too few to hide the latency of a fused
 * multiply-add (4 cycles, one or two a cycle: 4 to 8 in flight). Therefore one row processes up to
 * four adjacent panels and two rows up to two; both give eight chains. The left operand stays
 * row-major, because packing would cost as much as it saves. Chains start at {@code start} and run
 * in increasing k, as in {@link Tiles}.
 */
final class RowTiles {
  private RowTiles() {}

  /** The number of calls for some adjacent panels: up to four at once for one row, else two. */
  static int calls(int rows, int panels) {
    return rows == 1 ? (panels + 3) / 4 : (panels + 1) / 2;
  }

  /**
   * {@code c[r, j] = start[r, j] + sum over p of a[r * lda + p] * b[p, j]} for all columns j of
   * {@code panels} neighbouring panels.
   *
   * @param rows 1 or 2
   * @param panels 1 to 4 for one row, 1 or 2 for two
   * @param stride the distance between panels of b
   * @param lds the row stride of {@code start}
   */
  static void run(
      int rows,
      int panels,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int stride,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    switch (4 * rows + panels) {
      case 5 -> oneRowBy1(k, a, ao, b, bo, start, so, c, co);
      case 6 -> oneRowBy2(k, a, ao, b, bo, stride, start, so, c, co);
      case 7 -> oneRowBy3(k, a, ao, b, bo, stride, start, so, c, co);
      case 8 -> oneRowBy4(k, a, ao, b, bo, stride, start, so, c, co);
      case 9 -> twoRowsBy1(k, a, ao, lda, b, bo, start, so, lds, c, co, ldc);
      case 10 -> twoRowsBy2(k, a, ao, lda, b, bo, stride, start, so, lds, c, co, ldc);
      default ->
          throw new IllegalArgumentException(
              "[gemm.rows] there is no tile of " + rows + " rows by " + panels + " panels");
    }
  }

  private static void oneRowBy1(
      int k, float[] a, int ao, float[] b, int bo, float[] start, int so, float[] c, int co) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    for (int p = 0; p < k; p++) {
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c00 = x0.fma(FloatVector.fromArray(SPECIES, b, bo + PANEL * p), c00);
      c01 = x0.fma(FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH), c01);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
  }

  private static void oneRowBy2(
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int stride,
      float[] start,
      int so,
      float[] c,
      int co) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    FloatVector c02 = FloatVector.fromArray(SPECIES, start, so + 2 * LENGTH);
    FloatVector c03 = FloatVector.fromArray(SPECIES, start, so + 3 * LENGTH);
    int b1 = bo + stride;
    for (int p = 0; p < k; p++) {
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c00 = x0.fma(FloatVector.fromArray(SPECIES, b, bo + PANEL * p), c00);
      c01 = x0.fma(FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH), c01);
      c02 = x0.fma(FloatVector.fromArray(SPECIES, b, b1 + PANEL * p), c02);
      c03 = x0.fma(FloatVector.fromArray(SPECIES, b, b1 + PANEL * p + LENGTH), c03);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    c02.intoArray(c, co + 2 * LENGTH);
    c03.intoArray(c, co + 3 * LENGTH);
  }

  private static void oneRowBy3(
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int stride,
      float[] start,
      int so,
      float[] c,
      int co) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    FloatVector c02 = FloatVector.fromArray(SPECIES, start, so + 2 * LENGTH);
    FloatVector c03 = FloatVector.fromArray(SPECIES, start, so + 3 * LENGTH);
    FloatVector c04 = FloatVector.fromArray(SPECIES, start, so + 4 * LENGTH);
    FloatVector c05 = FloatVector.fromArray(SPECIES, start, so + 5 * LENGTH);
    int b1 = bo + stride;
    int b2 = b1 + stride;
    for (int p = 0; p < k; p++) {
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c00 = x0.fma(FloatVector.fromArray(SPECIES, b, bo + PANEL * p), c00);
      c01 = x0.fma(FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH), c01);
      c02 = x0.fma(FloatVector.fromArray(SPECIES, b, b1 + PANEL * p), c02);
      c03 = x0.fma(FloatVector.fromArray(SPECIES, b, b1 + PANEL * p + LENGTH), c03);
      c04 = x0.fma(FloatVector.fromArray(SPECIES, b, b2 + PANEL * p), c04);
      c05 = x0.fma(FloatVector.fromArray(SPECIES, b, b2 + PANEL * p + LENGTH), c05);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    c02.intoArray(c, co + 2 * LENGTH);
    c03.intoArray(c, co + 3 * LENGTH);
    c04.intoArray(c, co + 4 * LENGTH);
    c05.intoArray(c, co + 5 * LENGTH);
  }

  private static void oneRowBy4(
      int k,
      float[] a,
      int ao,
      float[] b,
      int bo,
      int stride,
      float[] start,
      int so,
      float[] c,
      int co) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    FloatVector c02 = FloatVector.fromArray(SPECIES, start, so + 2 * LENGTH);
    FloatVector c03 = FloatVector.fromArray(SPECIES, start, so + 3 * LENGTH);
    FloatVector c04 = FloatVector.fromArray(SPECIES, start, so + 4 * LENGTH);
    FloatVector c05 = FloatVector.fromArray(SPECIES, start, so + 5 * LENGTH);
    FloatVector c06 = FloatVector.fromArray(SPECIES, start, so + 6 * LENGTH);
    FloatVector c07 = FloatVector.fromArray(SPECIES, start, so + 7 * LENGTH);
    int b1 = bo + stride;
    int b2 = b1 + stride;
    int b3 = b2 + stride;
    for (int p = 0; p < k; p++) {
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      c00 = x0.fma(FloatVector.fromArray(SPECIES, b, bo + PANEL * p), c00);
      c01 = x0.fma(FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH), c01);
      c02 = x0.fma(FloatVector.fromArray(SPECIES, b, b1 + PANEL * p), c02);
      c03 = x0.fma(FloatVector.fromArray(SPECIES, b, b1 + PANEL * p + LENGTH), c03);
      c04 = x0.fma(FloatVector.fromArray(SPECIES, b, b2 + PANEL * p), c04);
      c05 = x0.fma(FloatVector.fromArray(SPECIES, b, b2 + PANEL * p + LENGTH), c05);
      c06 = x0.fma(FloatVector.fromArray(SPECIES, b, b3 + PANEL * p), c06);
      c07 = x0.fma(FloatVector.fromArray(SPECIES, b, b3 + PANEL * p + LENGTH), c07);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    c02.intoArray(c, co + 2 * LENGTH);
    c03.intoArray(c, co + 3 * LENGTH);
    c04.intoArray(c, co + 4 * LENGTH);
    c05.intoArray(c, co + 5 * LENGTH);
    c06.intoArray(c, co + 6 * LENGTH);
    c07.intoArray(c, co + 7 * LENGTH);
  }

  private static void twoRowsBy1(
      int k,
      float[] a,
      int ao,
      int lda,
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
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, so + lds + LENGTH);
    int a1 = ao + lda;
    for (int p = 0; p < k; p++) {
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      FloatVector y = FloatVector.fromArray(SPECIES, b, bo + PANEL * p);
      c00 = x0.fma(y, c00);
      c10 = x1.fma(y, c10);
      y = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH);
      c01 = x0.fma(y, c01);
      c11 = x1.fma(y, c11);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    c10.intoArray(c, co + ldc);
    c11.intoArray(c, co + ldc + LENGTH);
  }

  private static void twoRowsBy2(
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int stride,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    FloatVector c02 = FloatVector.fromArray(SPECIES, start, so + 2 * LENGTH);
    FloatVector c03 = FloatVector.fromArray(SPECIES, start, so + 3 * LENGTH);
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, so + lds);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, so + lds + LENGTH);
    FloatVector c12 = FloatVector.fromArray(SPECIES, start, so + lds + 2 * LENGTH);
    FloatVector c13 = FloatVector.fromArray(SPECIES, start, so + lds + 3 * LENGTH);
    int b1 = bo + stride;
    int a1 = ao + lda;
    for (int p = 0; p < k; p++) {
      FloatVector x0 = FloatVector.broadcast(SPECIES, a[ao + p]);
      FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
      FloatVector y = FloatVector.fromArray(SPECIES, b, bo + PANEL * p);
      c00 = x0.fma(y, c00);
      c10 = x1.fma(y, c10);
      y = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH);
      c01 = x0.fma(y, c01);
      c11 = x1.fma(y, c11);
      y = FloatVector.fromArray(SPECIES, b, b1 + PANEL * p);
      c02 = x0.fma(y, c02);
      c12 = x1.fma(y, c12);
      y = FloatVector.fromArray(SPECIES, b, b1 + PANEL * p + LENGTH);
      c03 = x0.fma(y, c03);
      c13 = x1.fma(y, c13);
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    c02.intoArray(c, co + 2 * LENGTH);
    c03.intoArray(c, co + 3 * LENGTH);
    c10.intoArray(c, co + ldc);
    c11.intoArray(c, co + ldc + LENGTH);
    c12.intoArray(c, co + ldc + 2 * LENGTH);
    c13.intoArray(c, co + ldc + 3 * LENGTH);
  }
}
