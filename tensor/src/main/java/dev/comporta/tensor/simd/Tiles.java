package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.GROUP;
import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of 2, 4, 6 and 8 rows by one panel (two vectors); {@link TallTiles} contains those
 * of 10 and 12 rows, for operands packed accordingly.
 *
 * <p>Each tile keeps all its accumulators in local variables, so that they stay in registers for
 * the whole loop over k. The left operand is k-major ({@code a[p * lda + r]}), which needs one
 * address for all rows; a row-major operand would need an address register per row and, with a
 * power of two as leading dimension, map all rows to the same few cache sets. In tiles of up to 6
 * rows both operands may have any stride between successive k, so that a few rows of a transposed
 * left operand and a complete panel of a right operand need not be packed.
 *
 * <p>Every accumulator is one chain of fused multiply-adds in increasing k that starts at {@code
 * start}: the bias (row stride 0), the previous values of C, or zeros. Results are therefore
 * independent of the tile, the lane width and the blocking.
 *
 * <p>If the number of rows is odd, the last row of the tile is padding: {@code full} is false, its
 * start is not read and its result is not written; the previous row is computed in its place. All
 * columns of the panel are read and written; for a panel that extends beyond the matrix, {@link
 * Gemm} passes a scratch tile in place of C.
 */
final class Tiles {
  private Tiles() {}

  /**
   * {@code c[r, j] = start[r, j] + sum over p of a[p * lda + r] * b[p * ldb + j]} for all columns j
   * of the panel.
   *
   * @param rows the number of rows of the tile, including padding: even, 2 to 12
   * @param full false if the last row is padding
   * @param lda the stride between successive k of the left operand: any up to 6 rows, {@link
   *     Lanes#GROUP} for 8, {@code rows} for more
   * @param ldb the stride between successive k of the right operand: any up to 6 rows, one panel
   *     for more
   * @param lds the row stride of {@code start}
   */
  static void run(
      int rows,
      boolean full,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    switch (rows) {
      case 2 -> rows2(full, k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
      case 4 -> rows4(full, k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
      case 6 -> rows6(full, k, a, ao, lda, b, bo, ldb, start, so, lds, c, co, ldc);
      case 8 -> rows8(full, k, a, ao, b, bo, start, so, lds, c, co, ldc);
      case 10 -> TallTiles.rows10(full, k, a, ao, b, bo, start, so, lds, c, co, ldc);
      case 12 -> TallTiles.rows12(full, k, a, ao, b, bo, start, so, lds, c, co, ldc);
      default -> throw new IllegalArgumentException("[gemm.tile] there is no tile of " + rows);
    }
  }

  static void rows2(
      boolean full,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c01 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    so = full ? so + lds : so;
    FloatVector c10 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c11 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    int last = full ? 1 : 0;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + LENGTH);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + last]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      ao += lda;
      bo += ldb;
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    if (full) {
      co += ldc;
      c10.intoArray(c, co);
      c11.intoArray(c, co + LENGTH);
    }
  }

  static void rows4(
      boolean full,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
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
    so = full ? so + lds : so;
    FloatVector c30 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c31 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    int last = full ? 3 : 2;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + LENGTH);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + last]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      ao += lda;
      bo += ldb;
    }
    c00.intoArray(c, co);
    c01.intoArray(c, co + LENGTH);
    co += ldc;
    c10.intoArray(c, co);
    c11.intoArray(c, co + LENGTH);
    co += ldc;
    c20.intoArray(c, co);
    c21.intoArray(c, co + LENGTH);
    if (full) {
      co += ldc;
      c30.intoArray(c, co);
      c31.intoArray(c, co + LENGTH);
    }
  }

  static void rows6(
      boolean full,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
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
    so = full ? so + lds : so;
    FloatVector c50 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c51 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    int last = full ? 5 : 4;
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + LENGTH);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[ao + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[ao + last]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      ao += lda;
      bo += ldb;
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
    if (full) {
      co += ldc;
      c50.intoArray(c, co);
      c51.intoArray(c, co + LENGTH);
    }
  }

  /**
   * Of a group of packed rows and a packed panel: with constant strides the loop has no bounds to
   * check.
   */
  static void rows8(
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
    so = full ? so + lds : so;
    FloatVector c70 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector c71 = FloatVector.fromArray(SPECIES, start, so + LENGTH);
    int last = full ? 7 : 6;
    int p = 0;
    for (; p < k - 3; p += 4) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + last]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      b0 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + PANEL);
      b1 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + PANEL + LENGTH);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + GROUP]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + GROUP + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + GROUP + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + GROUP + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + GROUP + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + GROUP + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + GROUP + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + GROUP + last]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      b0 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + 2 * PANEL);
      b1 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + 2 * PANEL + LENGTH);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2 * GROUP]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2 * GROUP + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2 * GROUP + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2 * GROUP + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2 * GROUP + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2 * GROUP + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2 * GROUP + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2 * GROUP + last]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      b0 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + 3 * PANEL);
      b1 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + 3 * PANEL + LENGTH);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3 * GROUP]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3 * GROUP + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3 * GROUP + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3 * GROUP + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3 * GROUP + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3 * GROUP + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3 * GROUP + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3 * GROUP + last]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    for (; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bo + PANEL * p + LENGTH);
      FloatVector x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[ao + GROUP * p + last]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
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
    if (full) {
      co += ldc;
      c70.intoArray(c, co);
      c71.intoArray(c, co + LENGTH);
    }
  }
}
