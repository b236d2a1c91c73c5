package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.TILE_ROWS;

/**
 * Products with a left operand whose rows are adjacent for every k: a transposed operand, which is
 * read in place, or few rows packed in groups. Low tiles need no strips of their own height, and
 * eight rows by one panel are enough to keep the FMA units busy.
 */
final class LowTiles {
  /** Rows of a low tile. */
  private static final int LOW_TILE = Math.min(8, TILE_ROWS);

  /** Floats of a transposed A that stay in the L2 cache while panels of B are processed. */
  private static final int LEFT_BLOCK = 1 << 16;

  /** The smallest block of k for one pass over C with a transposed A. */
  private static final int LEAST_K_BLOCK = 128;

  /**
   * The number of rows of a transposed A up to which packing a panel of B costs more than it saves.
   */
  private static final int DIRECT_ROWS = 24;

  private LowTiles() {}

  /**
   * {@code C (=|+=) A^T B} of unpacked operands: A is read in place, and B is packed one panel at a
   * time, so that the panel is still in the L1 cache when it is read.
   */
  static void outer(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      boolean accumulate,
      float[] c,
      int co,
      int ldc,
      GemmScratch scratch) {
    if (m == 0) {
      return;
    }
    int kBlock = leftBlock(m);
    for (int k0 = 0; k0 == 0 || k0 < k; k0 += kBlock) {
      int kc = Math.min(kBlock, k - k0);
      boolean fromC = accumulate || k0 > 0;
      float[] start = fromC ? c : GemmScratch.ZEROS;
      for (int column = 0; column < n; column += PANEL) {
        int used = Math.min(PANEL, n - column);
        float[] right = b;
        int from = bo + k0 * ldb + column;
        int step = ldb;
        if (used < PANEL || (ldb != PANEL && m > DIRECT_ROWS)) {
          right = scratch.right(PANEL * kc);
          PanelMatrix.packPanels(false, kc, used, b, from, ldb, right, 0, 1);
          from = PanelMatrix.FIRST;
          step = PANEL;
        }
        int at = co + column;
        side(
            m,
            kc,
            a,
            ao + k0 * lda,
            lda,
            right,
            from,
            step,
            used,
            start,
            fromC ? at : 0,
            fromC ? ldc : 0,
            c,
            at,
            ldc,
            scratch);
      }
    }
  }

  /** Low tiles over rows of a left operand that are adjacent for every k. */
  static void side(
      int rows,
      int k,
      float[] left,
      int lo,
      int lda,
      float[] right,
      int bo,
      int ldb,
      int used,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc,
      GemmScratch scratch) {
    int strips = (rows + LOW_TILE - 1) / LOW_TILE;
    for (int strip = 0; strip < strips; strip++) {
      int first = Gemm.evenShare(rows, strips, strip);
      int height = Gemm.evenShare(rows, strips, strip + 1) - first;
      tile(
          height,
          k,
          left,
          lo + first,
          lda,
          right,
          bo,
          ldb,
          used,
          start,
          so + first * lds,
          lds,
          c,
          co + first * ldc,
          ldc,
          scratch);
    }
  }

  /** One tile of any supported height, of which {@code used} columns exist. */
  static void tile(
      int height,
      int k,
      float[] left,
      int lo,
      int lda,
      float[] right,
      int bo,
      int ldb,
      int used,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc,
      GemmScratch scratch) {
    int even = height + (height & 1);
    boolean full = even == height;
    if (used == PANEL) {
      Tiles.run(even, full, k, left, lo, lda, right, bo, ldb, start, so, lds, c, co, ldc);
    } else {
      float[] edge = scratch.edge();
      Gemm.copyTile(height, used, start, so, lds, edge, 0, PANEL);
      Tiles.run(even, full, k, left, lo, lda, right, bo, ldb, edge, 0, PANEL, edge, 0, PANEL);
      Gemm.copyTile(height, used, edge, 0, PANEL, c, co, ldc);
    }
  }

  /** The block size of k for one pass over C with a transposed A of m rows. */
  static int leftBlock(int m) {
    return Math.clamp(LEFT_BLOCK / m, LEAST_K_BLOCK, Gemm.K_BLOCK);
  }
}
