package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Sums of the columns of a matrix. */
final class ColumnSums {
  private ColumnSums() {}

  /**
   * {@code out[c] += sum of x[., c]}, adding the rows in increasing order (the gradient of a bias).
   */
  static void addColumnSums(
      float[] x, int xo, int stride, int rows, int columns, float[] out, int oo) {
    int c = 0;
    for (; c + 4 * LENGTH <= columns; c += 4 * LENGTH) {
      FloatVector s0 = FloatVector.fromArray(SPECIES, out, oo + c);
      FloatVector s1 = FloatVector.fromArray(SPECIES, out, oo + c + LENGTH);
      FloatVector s2 = FloatVector.fromArray(SPECIES, out, oo + c + 2 * LENGTH);
      FloatVector s3 = FloatVector.fromArray(SPECIES, out, oo + c + 3 * LENGTH);
      for (int r = 0; r < rows; r++) {
        int at = xo + r * stride + c;
        s0 = s0.add(FloatVector.fromArray(SPECIES, x, at));
        s1 = s1.add(FloatVector.fromArray(SPECIES, x, at + LENGTH));
        s2 = s2.add(FloatVector.fromArray(SPECIES, x, at + 2 * LENGTH));
        s3 = s3.add(FloatVector.fromArray(SPECIES, x, at + 3 * LENGTH));
      }
      s0.intoArray(out, oo + c);
      s1.intoArray(out, oo + c + LENGTH);
      s2.intoArray(out, oo + c + 2 * LENGTH);
      s3.intoArray(out, oo + c + 3 * LENGTH);
    }
    for (; c + 2 * LENGTH <= columns; c += 2 * LENGTH) {
      FloatVector s0 = FloatVector.fromArray(SPECIES, out, oo + c);
      FloatVector s1 = FloatVector.fromArray(SPECIES, out, oo + c + LENGTH);
      for (int r = 0; r < rows; r++) {
        int at = xo + r * stride + c;
        s0 = s0.add(FloatVector.fromArray(SPECIES, x, at));
        s1 = s1.add(FloatVector.fromArray(SPECIES, x, at + LENGTH));
      }
      s0.intoArray(out, oo + c);
      s1.intoArray(out, oo + c + LENGTH);
    }
    for (; c + LENGTH <= columns; c += LENGTH) {
      FloatVector s = FloatVector.fromArray(SPECIES, out, oo + c);
      for (int r = 0; r < rows; r++) {
        s = s.add(FloatVector.fromArray(SPECIES, x, xo + r * stride + c));
      }
      s.intoArray(out, oo + c);
    }
    for (; c < columns; c++) {
      float s = out[oo + c];
      for (int r = 0; r < rows; r++) {
        s += x[xo + r * stride + c];
      }
      out[oo + c] = s;
    }
  }

  /**
   * {@code out[c] += sum of a[., c] b[., c]}, adding the rounded products in increasing order of
   * the rows (the gradient of a vector of element-wise weights).
   */
  static void addProductSums(
      float[] a,
      int ao,
      int strideA,
      float[] b,
      int bo,
      int strideB,
      int rows,
      int columns,
      float[] out,
      int oo) {
    int c = 0;
    for (; c + 4 * LENGTH <= columns; c += 4 * LENGTH) {
      FloatVector s0 = FloatVector.fromArray(SPECIES, out, oo + c);
      FloatVector s1 = FloatVector.fromArray(SPECIES, out, oo + c + LENGTH);
      FloatVector s2 = FloatVector.fromArray(SPECIES, out, oo + c + 2 * LENGTH);
      FloatVector s3 = FloatVector.fromArray(SPECIES, out, oo + c + 3 * LENGTH);
      for (int r = 0; r < rows; r++) {
        int at = ao + r * strideA + c;
        int with = bo + r * strideB + c;
        s0 = s0.add(product(a, at, b, with));
        s1 = s1.add(product(a, at + LENGTH, b, with + LENGTH));
        s2 = s2.add(product(a, at + 2 * LENGTH, b, with + 2 * LENGTH));
        s3 = s3.add(product(a, at + 3 * LENGTH, b, with + 3 * LENGTH));
      }
      s0.intoArray(out, oo + c);
      s1.intoArray(out, oo + c + LENGTH);
      s2.intoArray(out, oo + c + 2 * LENGTH);
      s3.intoArray(out, oo + c + 3 * LENGTH);
    }
    for (; c + LENGTH <= columns; c += LENGTH) {
      FloatVector s = FloatVector.fromArray(SPECIES, out, oo + c);
      for (int r = 0; r < rows; r++) {
        s = s.add(product(a, ao + r * strideA + c, b, bo + r * strideB + c));
      }
      s.intoArray(out, oo + c);
    }
    for (; c < columns; c++) {
      float s = out[oo + c];
      for (int r = 0; r < rows; r++) {
        s += a[ao + r * strideA + c] * b[bo + r * strideB + c];
      }
      out[oo + c] = s;
    }
  }

  private static FloatVector product(float[] a, int at, float[] b, int with) {
    return FloatVector.fromArray(SPECIES, a, at).mul(FloatVector.fromArray(SPECIES, b, with));
  }
}
