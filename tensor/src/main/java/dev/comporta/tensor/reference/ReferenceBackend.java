package dev.comporta.tensor.reference;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.api.tensor.Workers;
import org.jspecify.annotations.Nullable;

/**
 * The executable definition of the primitives, in plain loops. Functions are evaluated in double
 * precision and rounded once. Sums and dot products are accumulated in double precision from the
 * first element to the last and rounded once.
 */
final class ReferenceBackend implements TensorBackend {
  /** Rows of a product per task. */
  private static final int ROWS_A_TASK = 16;

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "reference (plain loops, double accumulation)";
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
    int stepA = p.transposeA() ? p.strideA() : 1;
    int rowA = p.transposeA() ? 1 : p.strideA();
    int stepB = p.transposeB() ? 1 : p.strideB();
    int columnB = p.transposeB() ? p.strideB() : 1;
    workers.run(
        (p.m() + ROWS_A_TASK - 1) / ROWS_A_TASK,
        task -> {
          int end = Math.min(p.m(), (task + 1) * ROWS_A_TASK);
          for (int i = task * ROWS_A_TASK; i < end; i++) {
            for (int j = 0; j < p.n(); j++) {
              int at = cOffset + i * p.strideC() + j;
              double sum = p.accumulate() ? c[at] : 0;
              for (int k = 0; k < p.k(); k++) {
                sum +=
                    (double) a[aOffset + i * rowA + k * stepA]
                        * b[bOffset + k * stepB + j * columnB];
              }
              c[at] = (float) sum;
            }
          }
        });
  }

  @Override
  public PackedMatrix packed(int k, int n) {
    return new DenseMatrix(k, n, new float[Math.multiplyExact(k, n)]);
  }

  /** The layout of this backend's packed operands: none. */
  @SuppressWarnings("ArrayRecordComponent") // private to this file and never compared
  private record DenseMatrix(int k, int n, float[] values) implements PackedMatrix {}

  @Override
  public void pack(PackedMatrix target, boolean transposed, float[] b, int bOffset, int strideB) {
    DenseMatrix dense = (DenseMatrix) target;
    for (int k = 0; k < dense.k(); k++) {
      for (int j = 0; j < dense.n(); j++) {
        dense.values()[k * dense.n() + j] =
            transposed ? b[bOffset + j * strideB + k] : b[bOffset + k * strideB + j];
      }
    }
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
    DenseMatrix dense = (DenseMatrix) b;
    int rowA = transposeA ? 1 : strideA;
    int stepA = transposeA ? strideA : 1;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < dense.n(); j++) {
        int at = cOffset + i * strideC + j;
        double sum = accumulate ? c[at] : bias == null ? 0 : bias[biasOffset + j];
        for (int k = 0; k < dense.k(); k++) {
          sum += (double) a[aOffset + i * rowA + k * stepA] * dense.values()[k * dense.n() + j];
        }
        c[at] = (float) sum;
      }
    }
  }

  @Override
  public void unary(
      UnaryFunction function, float[] x, int xOffset, float[] y, int yOffset, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Definitions.unary(function, x[xOffset + i]);
    }
  }

  @Override
  public void affine(
      float scale, float shift, float[] x, int xOffset, float[] y, int yOffset, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Math.fma(scale, x[xOffset + i], shift);
    }
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
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Definitions.binary(function, a[aOffset + i], b[bOffset + i]);
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
    for (int i = 0; i < count; i++) {
      float x = a[aOffset + i];
      y[yOffset + i] =
          numberFirst ? Definitions.binary(function, b, x) : Definitions.binary(function, x, b);
    }
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
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Math.fma(a[aOffset + i], b[bOffset + i], c[cOffset + i]);
    }
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
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = condition[conditionOffset + i] != 0 ? a[aOffset + i] : b[bOffset + i];
    }
  }

  @Override
  public float sum(float[] x, int xOffset, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += x[xOffset + i];
    }
    return (float) sum;
  }

  @Override
  public double sumOfSquares(float[] x, int xOffset, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += (double) x[xOffset + i] * x[xOffset + i];
    }
    return sum;
  }

  @Override
  public float max(float[] x, int xOffset, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, x[xOffset + i]);
    }
    return max;
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
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        sum += (double) x[xOffset + i * strideX + j] * v[vOffset + j];
      }
      y[yOffset + i] = (float) sum;
    }
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
    for (int j = 0; j < columns; j++) {
      float sum = accumulate ? y[yOffset + j] : 0;
      for (int i = 0; i < rows; i++) {
        sum = Math.fma(w[wOffset + i], x[xOffset + i * strideX + j], sum);
      }
      y[yOffset + j] = sum;
    }
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
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int at = yOffset + i * strideY + j;
        y[at] = Math.fma(w[wOffset + i], v[vOffset + j], y[at]);
      }
    }
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
    for (int j = 0; j < columns; j++) {
      double sum = accumulate ? y[yOffset + j] : 0;
      for (int i = 0; i < rows; i++) {
        sum += x[xOffset + i * strideX + j];
      }
      y[yOffset + j] = (float) sum;
    }
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
    for (int j = 0; j < columns; j++) {
      double sum = y[yOffset + j];
      for (int i = 0; i < rows; i++) {
        float product = a[aOffset + i * strideA + j] * b[bOffset + i * strideB + j];
        sum += product;
      }
      y[yOffset + j] = (float) sum;
    }
  }

  @Override
  public void softmax(float[] x, int xOffset, float[] y, int yOffset, int count) {
    double shift = max(x, xOffset, count);
    double sum = Definitions.sumOfExponentials(x, xOffset, count, shift);
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = (float) (StrictMath.exp(x[xOffset + i] - shift) / sum);
    }
  }

  @Override
  public void logSoftmax(float[] x, int xOffset, float[] y, int yOffset, int count) {
    double shift = max(x, xOffset, count);
    double log = StrictMath.log(Definitions.sumOfExponentials(x, xOffset, count, shift));
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = (float) (x[xOffset + i] - shift - log);
    }
  }

  @Override
  public float logSumExp(float[] x, int xOffset, int count) {
    double shift = max(x, xOffset, count);
    if (Double.isInfinite(shift)) {
      return (float) shift;
    }
    return (float)
        (shift + StrictMath.log(Definitions.sumOfExponentials(x, xOffset, count, shift)));
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
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        b[bOffset + j * strideB + i] = a[aOffset + i * strideA + j];
      }
    }
  }
}
