package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.PANEL;

import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.Workers;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products that are divided among the threads of {@link Workers}: C is divided into a grid
 * of row and column blocks, one per thread. The bits are those of {@link Gemm} for any number of
 * threads. Products that are too small to benefit run on the calling thread.
 *
 * <p>Not thread-safe, because of its scratch memory; several instances may share the workers. A
 * call allocates nothing once the scratch memory has grown.
 */
final class ParallelGemm {
  /**
   * The number of multiply-adds below which handing work to another thread costs more than it
   * gains.
   */
  private static final long LEAST_WORK = 1 << 19;

  /** What operands are between products: their arrays may be as large as a model. */
  private static final float[] NONE = new float[0];

  private final Workers workers;
  private final GemmScratch[] scratch;
  private final Multiply multiply = new Multiply();
  private final Pack pack = new Pack();

  ParallelGemm(Workers workers) {
    this.workers = workers;
    this.scratch = new GemmScratch[workers.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new GemmScratch();
    }
  }

  /** As {@link Gemm#general}. */
  void general(
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
      int ldc) {
    if (tooSmall(m, n, k)) {
      Gemm.general(
          transposedA,
          transposedB,
          m,
          n,
          k,
          a,
          ao,
          lda,
          b,
          bo,
          ldb,
          accumulate,
          c,
          co,
          ldc,
          scratch[0]);
      return;
    }
    if (transposedA && !transposedB) {
      multiply.left(true, a, ao, lda);
      multiply.rightInPlace(k, n, b, bo, ldb);
      multiply.result(m, null, 0, accumulate, c, co, ldc);
      multiply.run();
      return;
    }
    int kBlock = Gemm.rightBlock(n, k);
    for (int k0 = 0; k0 < k; k0 += kBlock) {
      int kc = Math.min(kBlock, k - k0);
      float[] right = scratch[0].right(PanelMatrix.panelsOf(n) * PANEL * kc);
      pack.run(transposedB, kc, n, b, transposedB ? bo + k0 : bo + k0 * ldb, ldb, right);
      multiply.left(transposedA, a, transposedA ? ao + k0 * lda : ao + k0, lda);
      multiply.right(kc, n, right);
      multiply.result(m, null, 0, accumulate || k0 > 0, c, co, ldc);
      multiply.run();
    }
  }

  /** Whether threads share a product of so many rows. One row costs as much as two: B is read. */
  boolean gains(int m, PanelMatrix b) {
    return m > 0 && !tooSmall(Math.max(m, 2), b.n, b.k);
  }

  /** As {@link Gemm#packed}, on all threads. */
  void packed(
      boolean transposedA,
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
      int ldc) {
    Gemm.requireOneStart(bias, accumulate);
    multiply.left(transposedA, a, ao, lda);
    multiply.right(b.k, b.n, b.data);
    multiply.result(m, bias, biasOffset, accumulate, c, co, ldc);
    multiply.run();
  }

  private boolean tooSmall(int m, int n, int k) {
    return tooSmall(m, n, k, scratch.length);
  }

  private static boolean tooSmall(int m, int n, int k, int threads) {
    return threads == 1 || (long) m * n * k < LEAST_WORK;
  }

  /** Floats that the right operand of {@link #general} is packed in for all threads. */
  static long sharedScratch(MatrixProduct product, int threads) {
    MatrixProduct p = computed(product, threads);
    return isOuter(p) ? 0 : (long) PanelMatrix.panelsOf(p.n()) * PANEL * depth(p);
  }

  /** Floats that all threads of {@link #general} pack in, without what they share. */
  static long threadScratch(MatrixProduct product, int threads) {
    MatrixProduct p = computed(product, threads);
    boolean alone = tooSmall(p.m(), p.n(), p.k(), threads);
    int columnParts = alone ? 1 : columnParts(p.m(), p.n(), threads);
    int rowParts = alone ? 1 : rowParts(p.m(), threads, columnParts);
    int panels = PanelMatrix.panelsOf(p.n());
    long sum = 0;
    for (int cell = 0; cell < rowParts * columnParts; cell++) {
      int row = cell / columnParts;
      int column = cell % columnParts;
      sum +=
          Gemm.scratch(
              p.transposeA(),
              p.transposeB(),
              Gemm.evenShare(p.m(), rowParts, row + 1) - Gemm.evenShare(p.m(), rowParts, row),
              Math.min(p.n(), PANEL * Gemm.share(panels, columnParts, column + 1))
                  - PANEL * Gemm.share(panels, columnParts, column),
              isOuter(p) ? p.k() : depth(p));
    }
    return sum;
  }

  /** The product, or its transpose if that is computed. */
  private static MatrixProduct computed(MatrixProduct p, int threads) {
    return tooSmall(p.m(), p.n(), p.k(), threads) && Gemm.isColumn(p.m(), p.n(), p.strideC())
        ? MatrixProduct.dense(1, p.m(), p.k(), !p.transposeB(), !p.transposeA(), false)
        : p;
  }

  private static boolean isOuter(MatrixProduct p) {
    return p.transposeA() && !p.transposeB();
  }

  /** The k indices for which the right operand is packed at a time. */
  private static int depth(MatrixProduct p) {
    return Math.min(p.k(), Gemm.rightBlock(p.n(), p.k()));
  }

  /** Floats that the threads have packed in so far: the space is kept. */
  long grown() {
    return Arrays.stream(scratch).mapToLong(GemmScratch::grown).sum();
  }

  /**
   * The columns of the grid whose most expensive cell is cheapest. The cost model counts vector
   * operations per k: a row times a panel costs two multiply-adds, reading a panel about as much as
   * one row, and packing a row about one operation.
   */
  private static int columnParts(int m, int n, int threads) {
    int panels = PanelMatrix.panelsOf(n);
    long cheapest = Long.MAX_VALUE;
    int best = 1;
    for (int columns = 1; columns <= Math.min(threads, panels); columns++) {
      int rows = rowParts(m, threads, columns);
      long cellRows = Math.min(m, 2L * (((m + 1L) / 2 + rows - 1) / rows));
      long cellPanels = ((long) panels + columns - 1) / columns;
      long cost = cellPanels * (2L * cellRows + 2L) + cellRows;
      if (cost < cheapest) {
        cheapest = cost;
        best = columns;
      }
    }
    return best;
  }

  private static int rowParts(int m, int threads, int columnParts) {
    return Math.min(threads / columnParts, (m + 1) / 2);
  }

  /** The tasks of packing a matrix: ranges of panels. */
  private final class Pack implements IntConsumer {
    private static final int LEAST_FLOATS = 1 << 15;

    private boolean transposed;
    private int k;
    private int n;
    private float[] b = NONE;
    private int bo;
    private int ldb;
    private float[] to = NONE;
    private int parts;

    void run(boolean transposed, int k, int n, float[] b, int bo, int ldb, float[] to) {
      this.transposed = transposed;
      this.k = k;
      this.n = n;
      this.b = b;
      this.bo = bo;
      this.ldb = ldb;
      this.to = to;
      int gaining = (int) Math.min(scratch.length, (long) k * n / LEAST_FLOATS);
      parts = Math.max(1, Math.min(gaining, PanelMatrix.panelsOf(n)));
      workers.run(parts, this);
      this.b = NONE;
      this.to = NONE;
    }

    @Override
    public void accept(int part) {
      int panels = PanelMatrix.panelsOf(n);
      PanelMatrix.packPanels(
          transposed,
          k,
          n,
          b,
          bo,
          ldb,
          to,
          Gemm.share(panels, parts, part),
          Gemm.share(panels, parts, part + 1));
    }
  }

  /** The tasks of one product: the cells of a grid over C. */
  private final class Multiply implements IntConsumer {
    private boolean transposedA;
    private float[] a = NONE;
    private int ao;
    private int lda;
    private int k;
    private int n;
    private float[] right = NONE;
    private boolean inPlace;
    private int bo;
    private int ldb;
    private int m;
    private float @Nullable [] bias;
    private int biasOffset;
    private boolean accumulate;
    private float[] c = NONE;
    private int co;
    private int ldc;
    private int rowParts;
    private int columnParts;

    void left(boolean transposedA, float[] a, int ao, int lda) {
      this.transposedA = transposedA;
      this.a = a;
      this.ao = ao;
      this.lda = lda;
    }

    void right(int k, int n, float[] right) {
      this.k = k;
      this.n = n;
      this.right = right;
      this.inPlace = false;
    }

    /** Sets an unpacked right operand, for a transposed left operand. */
    void rightInPlace(int k, int n, float[] b, int bo, int ldb) {
      right(k, n, b);
      this.inPlace = true;
      this.bo = bo;
      this.ldb = ldb;
    }

    void result(
        int m,
        float @Nullable [] bias,
        int biasOffset,
        boolean accumulate,
        float[] c,
        int co,
        int ldc) {
      this.m = m;
      this.bias = bias;
      this.biasOffset = biasOffset;
      this.accumulate = accumulate;
      this.c = c;
      this.co = co;
      this.ldc = ldc;
    }

    void run() {
      columnParts = ParallelGemm.columnParts(m, n, scratch.length);
      rowParts = ParallelGemm.rowParts(m, scratch.length, columnParts);
      workers.run(rowParts * columnParts, this);
      a = NONE;
      right = NONE;
      bias = null;
      c = NONE;
    }

    @Override
    public void accept(int cell) {
      int panels = PanelMatrix.panelsOf(n);
      int rowPart = cell / columnParts;
      int columnPart = cell % columnParts;
      int row = Gemm.evenShare(m, rowParts, rowPart);
      int rows = Gemm.evenShare(m, rowParts, rowPart + 1) - row;
      if (inPlace) {
        int column = PANEL * Gemm.share(panels, columnParts, columnPart);
        int end = Math.min(n, PANEL * Gemm.share(panels, columnParts, columnPart + 1));
        Gemm.outer(
            rows,
            end - column,
            k,
            a,
            ao + row,
            lda,
            right,
            bo + column,
            ldb,
            accumulate,
            c,
            co + row * ldc + column,
            ldc,
            scratch[cell]);
        return;
      }
      Gemm.multiply(
          transposedA,
          false,
          rows,
          n,
          k,
          a,
          transposedA ? ao + row : ao + row * lda,
          lda,
          right,
          k * PANEL,
          bias,
          biasOffset,
          accumulate,
          c,
          co + row * ldc,
          ldc,
          Gemm.share(panels, columnParts, columnPart),
          Gemm.share(panels, columnParts, columnPart + 1),
          scratch[cell]);
    }
  }
}
