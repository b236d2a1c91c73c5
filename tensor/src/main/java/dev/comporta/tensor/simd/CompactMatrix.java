package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.PANEL;

import dev.comporta.api.tensor.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * A right operand {@code [k, n]} in a half or a quarter of the memory of a {@link PanelMatrix},
 * with exactly the same values: the parameters of a model that is stored as bfloat16 or int8. A
 * product of one row reads every value once, so that with a matrix that does not fit the cache of a
 * core, its time is that of reading.
 *
 * <p>The values are widened inside the loop over k, and the chains of multiply-adds are those of
 * {@link RowTiles}. For more rows, two panels at a time are widened into scratch memory. Columns
 * are padded to a multiple of two panels, four vectors.
 */
abstract sealed class CompactMatrix implements PackedMatrix permits Bfloat16Matrix, Int8Matrix {
  /** Columns of a strip: the number that {@link #row} computes at once. */
  static final int STRIP = 2 * PANEL;

  /** Where values begin in an array. */
  static final int FIRST = PanelMatrix.FIRST;

  /**
   * Smaller matrices, up to 1 MiB in float32, stay in the L2 cache of a core: reading them takes no
   * longer than widening.
   */
  private static final int LEAST_VALUES = 1 << 18;

  final int k;
  final int n;

  /** The values of a strip are adjacent, those of one k after another, from FIRST on. */
  final int[] data;

  /**
   * Creates a matrix of zeros.
   *
   * @param bytes of a value
   */
  CompactMatrix(int k, int n, int bytes) {
    this.k = k;
    this.n = n;
    this.data = new int[FIRST + strips(n) * k * (STRIP * bytes / Integer.BYTES)];
  }

  private static int strips(int columns) {
    return (columns + STRIP - 1) / STRIP;
  }

  /** The same matrix in less memory, or null if it is small or if its values do not fit. */
  static @Nullable CompactMatrix of(PanelMatrix matrix) {
    if (matrix.data.length < LEAST_VALUES) {
      return null;
    }
    CompactMatrix halves = Bfloat16Matrix.of(matrix);
    return halves == null ? Int8Matrix.of(matrix) : halves;
  }

  /** Where the value of a panel matrix at (p, column 0 of a vector) is; vectors from 0. */
  static int place(PanelMatrix matrix, int p, int vector) {
    return FIRST + (vector / 2 * matrix.k + p) * PANEL + vector % 2 * LENGTH;
  }

  /** The number of vectors of columns in a panel matrix. */
  static int vectors(PanelMatrix matrix) {
    return 2 * matrix.panels();
  }

  /**
   * {@code c[j] = start[j] + sum over p of a[p] * b[p, j]} for the columns j of a strip.
   *
   * @param a the row
   * @param so where the start of the first column is
   */
  abstract void row(int strip, float[] a, int ao, float[] start, int so, float[] c, int co);

  /** Writes the two panels of a strip in float32, as {@link PanelMatrix} has them. */
  abstract void widen(int strip, float[] to);

  @Override
  public int k() {
    return k;
  }

  @Override
  public int n() {
    return n;
  }

  @Override
  public long capacity() {
    return (long) data.length - FIRST;
  }

  /** As {@link Gemm#packed}, with the same bits. */
  void multiply(
      boolean transposedA,
      boolean sameLeft,
      int m,
      float[] a,
      int ao,
      int lda,
      float @Nullable [] bias,
      int biasOffset,
      boolean accumulate,
      float[] c,
      int co,
      int ldc,
      GemmScratch scratch) {
    Gemm.requireOneStart(bias, accumulate);
    boolean single = m == 1 && (!transposedA || lda == 1);
    boolean keepsLeft = Gemm.keepsLeft(transposedA, m, k);
    for (int strip = 0; strip * STRIP < n; strip++) {
      int column = strip * STRIP;
      int used = Math.min(STRIP, n - column);
      if (!single) {
        float[] right = scratch.right(STRIP * k);
        widen(strip, right);
        Gemm.multiply(
            transposedA,
            keepsLeft && (sameLeft || strip > 0),
            m,
            used,
            k,
            a,
            ao,
            lda,
            right,
            k * PANEL,
            bias,
            biasOffset + column,
            accumulate,
            c,
            co + column,
            ldc,
            0,
            PanelMatrix.panelsOf(used),
            scratch);
        continue;
      }
      float[] start = bias != null ? bias : accumulate ? c : GemmScratch.ZEROS;
      int so = bias != null ? biasOffset + column : accumulate ? co + column : 0;
      if (used == STRIP) {
        row(strip, a, ao, start, so, c, co + column);
      } else {
        float[] edge = scratch.edge();
        System.arraycopy(start, so, edge, 0, used);
        row(strip, a, ao, edge, 0, edge, 0);
        System.arraycopy(edge, 0, c, co + column, used);
      }
    }
  }
}
