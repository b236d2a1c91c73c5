package dev.comporta.tensor.simd;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.api.tensor.Workers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The Vector API backend, which implements every primitive with the kernels of this package. Matrix
 * products are chains of fused multiply-adds in the order of k, so their bits do not depend on
 * tiles, lanes or threads.
 */
final class SimdBackend implements TensorBackend {
  /** The tile size of a transposition, so that source and target stay in the cache. */
  private static final int TRANSPOSED_TILE = 16;

  /** Each thread's scratch memory for products, and its driver for parallel products. */
  private final ThreadLocal<Products> products = ThreadLocal.withInitial(Products::new);

  private static final class Products {
    private final GemmScratch scratch = new GemmScratch();

    /** Whether the left operand of the last packed product is in {@link #scratch}. */
    private boolean keepsLeft;

    private final ParallelGemm alone = new ParallelGemm(Workers.ALONE);
    private ParallelGemm parallel = alone;
    private Workers workers = Workers.ALONE;

    ParallelGemm shared(Workers wanted) {
      if (wanted.threads() == 1) {
        return alone;
      }
      if (workers != wanted) {
        parallel = new ParallelGemm(wanted);
        workers = wanted;
      }
      return parallel;
    }
  }

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public String description() {
    return formatted("simd (Vector API, %d bits)", Lanes.SPECIES.vectorBitSize());
  }

  @Override
  public void multiply(
      MatrixProduct p,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      Workers workers) {
    products
        .get()
        .shared(workers)
        .general(
            p.transposeA(),
            p.transposeB(),
            p.m(),
            p.n(),
            p.k(),
            a,
            aOffset,
            p.strideA(),
            b,
            bOffset,
            p.strideB(),
            p.accumulate(),
            c,
            cOffset,
            p.strideC());
  }

  @Override
  public PackedMatrix packed(int k, int n) {
    return new PanelMatrix(k, n);
  }

  @Override
  public long packedCapacity(int k, int n) {
    return (long) PanelMatrix.panelsOf(n) * Lanes.PANEL * k;
  }

  @Override
  public long productCapacity(MatrixProduct product, int threads) {
    return ParallelGemm.sharedScratch(product, threads);
  }

  @Override
  public long threadCapacity(MatrixProduct product, int threads) {
    return ParallelGemm.threadScratch(product, threads);
  }

  @Override
  public void pack(PackedMatrix target, boolean transposed, float[] b, int bOffset, int strideB) {
    ((PanelMatrix) target).repack(transposed, b, bOffset, strideB);
  }

  @Override
  public PackedMatrix packFrozen(
      int k, int n, boolean transposed, float[] b, int bOffset, int strideB) {
    PanelMatrix matrix = new PanelMatrix(k, n);
    matrix.repack(transposed, b, bOffset, strideB);
    CompactMatrix compact = CompactMatrix.of(matrix);
    return compact == null ? matrix : compact;
  }

  @Override
  public void multiplyPacked(
      boolean transposeA,
      boolean sameLeft,
      int m,
      float[] a,
      int aOffset,
      int strideA,
      PackedMatrix b,
      float @Nullable [] bias,
      int biasOffset,
      boolean accumulate,
      float[] c,
      int cOffset,
      int strideC,
      Workers workers) {
    Products own = products.get();
    ParallelGemm shared = own.shared(workers);
    if (b instanceof PanelMatrix matrix && shared.gains(m, matrix)) {
      own.keepsLeft = false;
      shared.packed(
          transposeA,
          m,
          a,
          aOffset,
          strideA,
          matrix,
          bias,
          biasOffset,
          accumulate,
          c,
          cOffset,
          strideC);
      return;
    }
    boolean same = sameLeft && own.keepsLeft;
    own.keepsLeft = true;
    if (b instanceof CompactMatrix compact) {
      compact.multiply(
          transposeA,
          same,
          m,
          a,
          aOffset,
          strideA,
          bias,
          biasOffset,
          accumulate,
          c,
          cOffset,
          strideC,
          own.scratch);
      return;
    }
    Gemm.packed(
        transposeA,
        same,
        m,
        a,
        aOffset,
        strideA,
        (PanelMatrix) b,
        bias,
        biasOffset,
        accumulate,
        c,
        cOffset,
        strideC,
        own.scratch);
  }

  @Override
  public void unary(
      UnaryFunction function, float[] x, int xOffset, float[] y, int yOffset, int count) {
    switch (function) {
      case NEGATE -> UnaryLoops.negate(x, xOffset, y, yOffset, count);
      case ABS -> UnaryLoops.abs(x, xOffset, y, yOffset, count);
      case SQUARE -> UnaryLoops.square(x, xOffset, y, yOffset, count);
      case SQRT -> UnaryLoops.sqrt(x, xOffset, y, yOffset, count);
      case RECIPROCAL -> UnaryLoops.reciprocal(x, xOffset, y, yOffset, count);
      case EXP -> Exponentials.exp(x, xOffset, y, yOffset, count);
      case LOG -> Logarithms.log(x, xOffset, y, yOffset, count);
      case TANH -> Sigmoids.tanh(x, xOffset, y, yOffset, count);
      case SIGMOID -> Sigmoids.sigmoid(x, xOffset, y, yOffset, count);
      case SOFTPLUS -> Logarithms.softplus(x, xOffset, y, yOffset, count);
      case SIN -> PlainLoops.sin(x, xOffset, y, yOffset, count);
      case COS -> PlainLoops.cos(x, xOffset, y, yOffset, count);
      case ERF -> PlainLoops.erf(x, xOffset, y, yOffset, count);
      case FLOOR -> PlainLoops.floor(x, xOffset, y, yOffset, count);
      case RELU -> UnaryLoops.relu(x, xOffset, y, yOffset, count);
      case STEP -> UnaryLoops.step(x, xOffset, y, yOffset, count);
      case SIGN -> UnaryLoops.sign(x, xOffset, y, yOffset, count);
    }
  }

  @Override
  public void affine(
      float scale, float shift, float[] x, int xOffset, float[] y, int yOffset, int count) {
    UnaryLoops.affine(x, xOffset, scale, shift, y, yOffset, count);
  }

  @Override
  public void binary(
      BinaryFunction function,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count) {
    switch (function) {
      case ADD -> BinaryLoops.add(a, aOffset, b, bOffset, y, yOffset, count);
      case SUBTRACT -> BinaryLoops.subtract(a, aOffset, b, bOffset, y, yOffset, count);
      case MULTIPLY -> BinaryLoops.multiply(a, aOffset, b, bOffset, y, yOffset, count);
      case DIVIDE -> BinaryLoops.divide(a, aOffset, b, bOffset, y, yOffset, count);
      case MAXIMUM -> BinaryLoops.maximum(a, aOffset, b, bOffset, y, yOffset, count);
      case MINIMUM -> BinaryLoops.minimum(a, aOffset, b, bOffset, y, yOffset, count);
      case GREATER -> BinaryLoops.greater(a, aOffset, b, bOffset, y, yOffset, count);
      case TANH_GRADIENT -> Sigmoids.tanhGradient(a, aOffset, b, bOffset, y, yOffset, count);
      case SIGMOID_GRADIENT -> Sigmoids.sigmoidGradient(a, aOffset, b, bOffset, y, yOffset, count);
      case RELU_GRADIENT -> BinaryLoops.reluGradient(a, aOffset, b, bOffset, y, yOffset, count);
    }
  }

  @Override
  public void binaryNumber(
      BinaryFunction function,
      float[] a,
      int aOffset,
      float b,
      boolean numberFirst,
      float[] y,
      int yOffset,
      int count) {
    ScalarLoops.apply(function, a, aOffset, b, numberFirst, y, yOffset, count);
  }

  @Override
  public void multiplyAdd(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      float[] y,
      int yOffset,
      int count) {
    BinaryLoops.multiplyAdd(a, aOffset, b, bOffset, c, cOffset, y, yOffset, count);
  }

  @Override
  public void select(
      float[] condition,
      int conditionOffset,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count) {
    BinaryLoops.select(condition, conditionOffset, a, aOffset, b, bOffset, y, yOffset, count);
  }

  @Override
  public float sum(float[] x, int xOffset, int count) {
    return Reductions.sum(x, xOffset, count);
  }

  @Override
  public double sumOfSquares(float[] x, int xOffset, int count) {
    return Reductions.sumOfSquares(x, xOffset, count);
  }

  @Override
  public float max(float[] x, int xOffset, int count) {
    return Reductions.max(x, xOffset, count);
  }

  @Override
  public void rowProducts(
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int strideX,
      float[] v,
      int vOffset,
      float[] y,
      int yOffset) {
    VectorProducts.rowProducts(rows, columns, x, xOffset, strideX, v, vOffset, y, yOffset);
  }

  @Override
  public void weightedRows(
      int rows,
      int columns,
      float[] w,
      int wOffset,
      float[] x,
      int xOffset,
      int strideX,
      boolean accumulate,
      float[] y,
      int yOffset) {
    if (!accumulate) {
      Arrays.fill(y, yOffset, yOffset + columns, 0);
    }
    VectorProducts.addWeightedRows(rows, columns, w, wOffset, x, xOffset, strideX, y, yOffset);
  }

  @Override
  public void addOuter(
      int rows,
      int columns,
      float[] w,
      int wOffset,
      float[] v,
      int vOffset,
      float[] y,
      int yOffset,
      int strideY) {
    VectorProducts.addOuter(rows, columns, w, wOffset, v, vOffset, y, yOffset, strideY);
  }

  @Override
  public void sumColumns(
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int strideX,
      boolean accumulate,
      float[] y,
      int yOffset) {
    if (!accumulate) {
      Arrays.fill(y, yOffset, yOffset + columns, 0);
    }
    ColumnSums.addColumnSums(x, xOffset, strideX, rows, columns, y, yOffset);
  }

  @Override
  public void sumProducts(
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int strideA,
      float[] b,
      int bOffset,
      int strideB,
      float[] y,
      int yOffset) {
    ColumnSums.addProductSums(a, aOffset, strideA, b, bOffset, strideB, rows, columns, y, yOffset);
  }

  @Override
  public void softmax(float[] x, int xOffset, float[] y, int yOffset, int count) {
    SoftmaxRows.softmax(x, xOffset, y, yOffset, count);
  }

  @Override
  public void logSoftmax(float[] x, int xOffset, float[] y, int yOffset, int count) {
    SoftmaxRows.logSoftmax(x, xOffset, y, yOffset, count);
  }

  @Override
  public float logSumExp(float[] x, int xOffset, int count) {
    return SoftmaxRows.logSumExp(x, xOffset, count);
  }

  @Override
  public void transpose(
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int strideA,
      float[] b,
      int bOffset,
      int strideB) {
    for (int row = 0; row < rows; row += TRANSPOSED_TILE) {
      int rowEnd = Math.min(rows, row + TRANSPOSED_TILE);
      for (int column = 0; column < columns; column += TRANSPOSED_TILE) {
        int columnEnd = Math.min(columns, column + TRANSPOSED_TILE);
        for (int i = row; i < rowEnd; i++) {
          for (int j = column; j < columnEnd; j++) {
            b[bOffset + j * strideB + i] = a[aOffset + i * strideA + j];
          }
        }
      }
    }
  }
}
