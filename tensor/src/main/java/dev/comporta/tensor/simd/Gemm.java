package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.TILE_ROWS;

import org.jspecify.annotations.Nullable;

/**
 * Matrix products {@code C = A B}, {@code C += A B} and {@code C = A B + bias} on one thread.
 *
 * <p>Every element of C is one chain of fused multiply-adds, {@code c = fma(A[i, p], B[p, j], c)}
 * for p = 0, 1, ..., k - 1, that starts at 0, at {@code bias[j]} or at the previous {@code C[i,
 * j]}. Rounding therefore does not depend on the number of rows, the lane width, the blocking or
 * the split of columns over threads: a row has the same bits alone and in any batch.
 *
 * <p>Three loops surround the register tiles. The outer ones process {@link #K_BLOCK} indices of k
 * at a time, so that a strip of A stays in the L1 cache and a panel of B at least in the L2 cache,
 * and {@link #ROW_BLOCK} rows at a time, so that the packed rows stay in the L2 cache; within
 * these, each panel of B is multiplied by all strips of A.
 */
final class Gemm {
  /** The block size of k for one pass over C. */
  static final int K_BLOCK = 1024;

  /** The number of rows of A that are packed at a time: about a hundred, in whole tiles. */
  static final int ROW_BLOCK = 112 / TILE_ROWS * TILE_ROWS;

  /** Rows of a transposed A up to which {@link #outer} packs nothing. */
  private static final int IN_PLACE_ROWS = 24;

  /**
   * Floats of A, and of B, that {@link #outer} packs at a time, so that they stay in the L2 cache.
   */
  private static final int OUTER_BLOCK = 1 << 16;

  /** The smallest and the largest block of k for one pass over C in {@link #outer}. */
  private static final int LEAST_K_BLOCK = 128;

  private static final int MOST_K_BLOCK = 512;

  /** Floats of B that {@link #general} packs at a time (4 MiB). */
  private static final int RIGHT_BLOCK = 1 << 20;

  private Gemm() {}

  /**
   * {@code C[m, n] (=|+=) op(A) B[k, n] (+ bias[n])}, where op transposes or not.
   *
   * @param transposedA false when A is row-major {@code [m, k]}, true when it is {@code [k, m]}
   * @param sameLeft whether A is the unchanged left operand of this scratch's last call, so that
   *     its packed form can be reused
   * @param bias the start of the chains, or null; must be null if {@code accumulate} is set
   * @param accumulate whether chains start at the previous values of C
   */
  static void packed(
      boolean transposedA,
      boolean sameLeft,
      int m,
      float[] a,
      int ao,
      int lda,
      PanelMatrix b,
      float @Nullable [] bias,
      int biasOffset,
      boolean accumulate,
      float[] c,
      int co,
      int ldc,
      GemmScratch scratch) {
    requireOneStart(bias, accumulate);
    multiply(
        transposedA,
        sameLeft && keepsLeft(transposedA, m, b.k),
        m,
        b.n,
        b.k,
        a,
        ao,
        lda,
        b.data,
        b.k * PANEL,
        bias,
        biasOffset,
        accumulate,
        c,
        co,
        ldc,
        0,
        b.panels(),
        scratch);
  }

  /**
   * {@code C[m, n] (=|+=) op(A) op(B)}, where op transposes or not, of operands that are not
   * packed.
   *
   * @param transposedA false when A is row-major {@code [m, k]}, true when it is {@code [k, m]}
   * @param transposedB false when B is row-major {@code [k, n]}, true when it is {@code [n, k]}
   */
  static void general(
      boolean transposedA,
      boolean transposedB,
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
    if (isColumn(m, n, ldc)) {
      // C^T = op(B)^T op(A)^T: a row of panels in place of a panel with one column
      general(
          !transposedB,
          !transposedA,
          1,
          m,
          k,
          b,
          bo,
          ldb,
          a,
          ao,
          lda,
          accumulate,
          c,
          co,
          m,
          scratch);
      return;
    }
    if (transposedA && !transposedB) {
      outer(m, n, k, a, ao, lda, b, bo, ldb, accumulate, c, co, ldc, scratch);
      return;
    }
    int panels = PanelMatrix.panelsOf(n);
    int kBlock = rightBlock(n, k);
    for (int k0 = 0; k0 == 0 || k0 < k; k0 += kBlock) {
      int kc = Math.min(kBlock, k - k0);
      float[] right = scratch.right(panels * PANEL * kc);
      PanelMatrix.packPanels(
          transposedB, kc, n, b, transposedB ? bo + k0 : bo + k0 * ldb, ldb, right, 0, panels);
      multiply(
          transposedA,
          false,
          m,
          n,
          kc,
          a,
          transposedA ? ao + k0 * lda : ao + k0,
          lda,
          right,
          kc * PANEL,
          null,
          0,
          accumulate || k0 > 0,
          c,
          co,
          ldc,
          0,
          panels,
          scratch);
    }
  }

  /** Whether {@link #general} computes the transposed product, whose result is one row. */
  static boolean isColumn(int m, int n, int ldc) {
    return n == 1 && ldc == 1 && m > 1;
  }

  /** Whether a left operand is packed as a whole, so that it can be reused. */
  static boolean keepsLeft(boolean transposedA, int m, int k) {
    return !transposedA && m <= ROW_BLOCK && k <= K_BLOCK;
  }

  static void requireOneStart(float @Nullable [] bias, boolean accumulate) {
    if (bias != null && accumulate) {
      throw new IllegalArgumentException(
          "[gemm] expected a bias or accumulation but got both. Add the bias to C first.");
    }
  }

  /** The number of k indices to pack of a right operand of n columns: all, or whole blocks. */
  static int rightBlock(int n, int k) {
    int fitting = RIGHT_BLOCK / Math.max(1, PanelMatrix.panelsOf(n) * PANEL);
    return k <= fitting ? Math.max(1, k) : Math.max(1, fitting / K_BLOCK) * K_BLOCK;
  }

  /** Floats that one thread packs in, without a right operand that was packed before. */
  static long scratch(boolean transposedA, boolean transposedB, int m, int n, int k) {
    if (transposedA && !transposedB) {
      return outerScratch(m, n, k);
    }
    if (m <= 2) {
      return transposedA ? (long) m * k : 0;
    }
    int blocks = Math.ceilDiv(m, ROW_BLOCK);
    int rows = 0;
    for (int block = 0; block < blocks; block++) {
      rows = Math.max(rows, evenShare(m, blocks, block + 1) - evenShare(m, blocks, block));
    }
    return PackedRows.size(rows, Math.min(k, K_BLOCK));
  }

  private static long outerScratch(int m, int n, int k) {
    if (m == 0) {
      return 0;
    }
    int kc = Math.min(k, outerBlock(m));
    if (m <= IN_PLACE_ROWS) {
      return n % PANEL == 0 ? 0 : (long) PANEL * kc;
    }
    int columns = outerStrip(n, kc);
    return PackedRows.size(m, kc) + (long) PanelMatrix.panelsOf(columns) * PANEL * kc;
  }

  /** The block of k for one pass over C in {@link #outer}. */
  private static int outerBlock(int m) {
    return Math.clamp(OUTER_BLOCK / m, LEAST_K_BLOCK, MOST_K_BLOCK);
  }

  /** The columns that {@link #outer} packs at a time, of n that are left of so many rows of B. */
  private static int outerStrip(int n, int kc) {
    int columns = Math.min(n, PANEL * Math.max(1, OUTER_BLOCK / PANEL / Math.max(1, kc)));
    return columns > PANEL ? columns - columns % PANEL : columns;
  }

  /**
   * The loops around the tiles, over a packed right operand.
   *
   * @param panelFrom the first panel to compute, 0 for all
   * @param panelTo the index after the last panel to compute
   */
  static void multiply(
      boolean transposedA,
      boolean sameLeft,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] right,
      int panelStride,
      float @Nullable [] bias,
      int biasOffset,
      boolean accumulate,
      float[] c,
      int co,
      int ldc,
      int panelFrom,
      int panelTo,
      GemmScratch scratch) {
    if (m == 0) {
      return;
    }
    if (m <= 2) {
      int lead = lda;
      if (transposedA) {
        float[] left = scratch.left(m * k);
        for (int p = 0; p < k; p++) {
          for (int row = 0; row < m; row++) {
            left[row * k + p] = a[ao + p * lda + row];
          }
        }
        a = left;
        ao = 0;
        lead = k;
      }
      fewRows(
          m,
          n,
          k,
          a,
          ao,
          lead,
          right,
          panelStride,
          bias,
          biasOffset,
          accumulate,
          c,
          co,
          ldc,
          panelFrom,
          panelTo,
          scratch);
      return;
    }
    int blocks = (m + ROW_BLOCK - 1) / ROW_BLOCK;
    for (int k0 = 0; k0 == 0 || k0 < k; k0 += K_BLOCK) {
      int kc = Math.min(K_BLOCK, k - k0);
      boolean fromC = accumulate || k0 > 0;
      float[] start = fromC ? c : bias != null ? bias : GemmScratch.ZEROS;
      boolean fromBias = !fromC && bias != null;
      for (int block = 0; block < blocks; block++) {
        int row0 = evenShare(m, blocks, block);
        int rows = evenShare(m, blocks, block + 1) - row0;
        float[] left = scratch.left(PackedRows.size(rows, kc));
        if (!sameLeft) {
          int from = transposedA ? k0 * lda + row0 : k0 + row0 * lda;
          PackedRows.pack(transposedA, rows, kc, a, ao + from, lda, left);
        }
        for (int panel = panelFrom; panel < panelTo; panel++) {
          int column = panel * PANEL;
          PackedRows.multiply(
              transposedA,
              rows,
              kc,
              left,
              right,
              PanelMatrix.FIRST + panel * panelStride + k0 * PANEL,
              Math.min(PANEL, n - column),
              start,
              fromBias ? biasOffset + column : fromC ? co + row0 * ldc + column : 0,
              fromC ? ldc : 0,
              c,
              co + row0 * ldc + column,
              ldc,
              scratch);
        }
      }
    }
  }

  /** {@code C (=|+=) A^T B} of unpacked operands; a few rows of A need no packing at all. */
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
    boolean inPlace = m <= IN_PLACE_ROWS;
    int kBlock = outerBlock(m);
    for (int k0 = 0; k0 == 0 || k0 < k; k0 += kBlock) {
      int kc = Math.min(kBlock, k - k0);
      boolean fromC = accumulate || k0 > 0;
      int lo = ao + k0 * lda;
      float[] left = a;
      if (!inPlace) {
        left = scratch.left(PackedRows.size(m, kc));
        PackedRows.pack(true, m, kc, a, lo, lda, left);
      }
      for (int first = 0, columns; first < n; first += columns) {
        columns = outerStrip(n - first, kc);
        int from = bo + k0 * ldb + first;
        float[] right = b;
        boolean packed = columns % PANEL != 0 || (ldb != PANEL && !inPlace);
        if (packed) {
          int panels = PanelMatrix.panelsOf(columns);
          right = scratch.right(panels * PANEL * kc);
          PanelMatrix.packPanels(false, kc, columns, b, from, ldb, right, 0, panels);
        }
        for (int column = 0; column < columns; column += PANEL) {
          int used = Math.min(PANEL, columns - column);
          int ro = packed ? PanelMatrix.FIRST + column * kc : from + column;
          int at = co + first + column;
          float[] start = fromC ? c : GemmScratch.ZEROS;
          int so = fromC ? at : 0;
          int lds = fromC ? ldc : 0;
          if (inPlace) {
            int step = packed ? PANEL : ldb;
            PackedRows.adjacent(
                PackedRows.IN_PLACE_TILE,
                m,
                kc,
                a,
                lo,
                lda,
                right,
                ro,
                step,
                used,
                start,
                so,
                lds,
                c,
                at,
                ldc,
                scratch);
          } else {
            PackedRows.multiply(
                true, m, kc, left, right, ro, used, start, so, lds, c, at, ldc, scratch);
          }
        }
      }
    }
  }

  private static void fewRows(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] right,
      int panelStride,
      float @Nullable [] bias,
      int biasOffset,
      boolean accumulate,
      float[] c,
      int co,
      int ldc,
      int panelFrom,
      int panelTo,
      GemmScratch scratch) {
    float[] start = bias != null ? bias : accumulate ? c : GemmScratch.ZEROS;
    int lds = accumulate ? ldc : 0;
    int count = panelTo - panelFrom;
    // Small products take no longer than a few divisions.
    int groups = RowTiles.calls(m, count);
    int each = groups <= 1 ? count : count / groups;
    int larger = count - each * groups;
    int panel = panelFrom;
    for (int group = 0; group < groups; group++) {
      int panels = group < larger ? each + 1 : each;
      int column = panel * PANEL;
      int bo = PanelMatrix.FIRST + panel * panelStride;
      int cAt = co + column;
      int startAt = bias != null ? biasOffset + column : accumulate ? cAt : 0;
      int used = Math.min(panels * PANEL, n - column);
      if (used == panels * PANEL) {
        RowTiles.run(
            m, panels, k, a, ao, lda, right, bo, panelStride, start, startAt, lds, c, cAt, ldc);
      } else {
        float[] edge = scratch.edge();
        int lde = panels * PANEL;
        copyTile(m, used, start, startAt, lds, edge, 0, lde);
        RowTiles.run(m, panels, k, a, ao, lda, right, bo, panelStride, edge, 0, lde, edge, 0, lde);
        copyTile(m, used, edge, 0, lde, c, cAt, ldc);
      }
      panel += panels;
    }
  }

  /**
   * The start of part i of {@code rows}; starts are even, so that only the last part can be odd.
   */
  static int evenShare(int rows, int parts, int i) {
    return Math.min(rows, 2 * share((rows + 1) / 2, parts, i));
  }

  /** The start of part i of {@code count} items. */
  static int share(int count, int parts, int i) {
    return (int) ((long) count * i / parts);
  }

  static void copyTile(
      int rows, int columns, float[] from, int fo, int ldf, float[] to, int too, int ldt) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(from, fo + row * ldf, to, too + row * ldt, columns);
    }
  }
}
