package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.GROUP;
import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.TILE_ROWS;

/**
 * Rows of a left operand in the order in which the tiles read them, and their product with one
 * panel.
 *
 * <p>Rows are packed in strips with the height of their tiles, 10 or 12, or in groups that several
 * smaller tiles share: if strips would be lower, if a few rows of a row-major operand need fewer
 * transpositions in groups, and if the registers hold small tiles only. A strip or group that
 * starts at a row is stored at {@code row * k}.
 */
final class PackedRows {
  /** Rows of a row-major operand up to which transpositions count. */
  private static final int FEW_ROWS = 64;

  /** Rows of a small tile. */
  private static final int SMALL_TILE = Math.min(8, TILE_ROWS);

  /** Rows of the largest tile that takes any stride. */
  static final int IN_PLACE_TILE = Math.min(6, TILE_ROWS);

  /** Half of the rows of the lowest tile that has strips of its own. */
  private static final int LEAST_PAIRS = 5;

  private PackedRows() {}

  /** Floats that packing needs. */
  static int size(int rows, int k) {
    return (rows + GROUP) * k + Packing.SLACK;
  }

  /**
   * Packs rows.
   *
   * @param transposed false when the operand is row-major {@code [rows, k]}, true when it is {@code
   *     [k, rows]}
   */
  static void pack(boolean transposed, int rows, int k, float[] a, int ao, int lda, float[] left) {
    if (inGroups(transposed, rows)) {
      for (int row = 0; row < rows; row += GROUP) {
        strip(transposed, row, Math.min(GROUP, rows - row), GROUP, k, a, ao, lda, left);
      }
      return;
    }
    int strips = strips(rows);
    for (int i = 0; i < strips; i++) {
      int first = Gemm.evenShare(rows, strips, i);
      int used = Gemm.evenShare(rows, strips, i + 1) - first;
      strip(transposed, first, used, used + (used & 1), k, a, ao, lda, left);
    }
  }

  private static void strip(
      boolean transposed,
      int first,
      int used,
      int width,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] left) {
    if (transposed) {
      Packing.along(k, used, width, a, ao + first, lda, left, first * k);
    } else {
      Packing.across(k, used, width, a, ao + first * lda, lda, left, first * k);
    }
  }

  private static boolean inGroups(boolean transposed, int rows) {
    int groups = (rows + GROUP - 1) / GROUP;
    int strips = strips(rows);
    return TILE_ROWS < 2 * LEAST_PAIRS
        || (rows + 1) / 2 / strips < LEAST_PAIRS
        || (!transposed && rows <= FEW_ROWS && groups < strips);
  }

  /** The number of strips of at most {@link Lanes#TILE_ROWS} rows, of nearly equal, even height. */
  private static int strips(int rows) {
    return (rows + TILE_ROWS - 1) / TILE_ROWS;
  }

  /**
   * Multiplies packed rows by a panel.
   *
   * @param transposed as the rows were packed
   * @param bo where the panel starts
   * @param used the columns of the panel that exist
   */
  static void multiply(
      boolean transposed,
      int rows,
      int k,
      float[] left,
      float[] right,
      int bo,
      int used,
      float[] start,
      int so,
      int lds,
      float[] c,
      int co,
      int ldc,
      GemmScratch scratch) {
    if (!inGroups(transposed, rows)) {
      int strips = strips(rows);
      for (int i = 0; i < strips; i++) {
        int first = Gemm.evenShare(rows, strips, i);
        int height = Gemm.evenShare(rows, strips, i + 1) - first;
        tile(
            height,
            k,
            left,
            first * k,
            height + (height & 1),
            right,
            bo,
            PANEL,
            used,
            start,
            so + first * lds,
            lds,
            c,
            co + first * ldc,
            ldc,
            scratch);
      }
      return;
    }
    for (int group = 0; group < rows; group += GROUP) {
      adjacent(
          SMALL_TILE,
          Math.min(GROUP, rows - group),
          k,
          left,
          group * k,
          GROUP,
          right,
          bo,
          PANEL,
          used,
          start,
          so + group * lds,
          lds,
          c,
          co + group * ldc,
          ldc,
          scratch);
    }
  }

  /**
   * Multiplies rows that lie next to each other for every k, packed in a group or not at all, by a
   * panel.
   *
   * @param most the rows of the largest tile; up to {@link #IN_PLACE_TILE}, rows and panel may have
   *     any stride
   */
  static void adjacent(
      int most,
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
    int tiles = (rows + most - 1) / most;
    for (int i = 0; i < tiles; i++) {
      int first = Gemm.evenShare(rows, tiles, i);
      tile(
          Gemm.evenShare(rows, tiles, i + 1) - first,
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

  /**
   * One tile of any supported height, of which {@code used} columns exist; see {@link Tiles#run}.
   */
  private static void tile(
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
}
