package dev.comporta.api.tensor;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The primitives on float storage that everything numeric is made of.
 *
 * <p>Matrices are row-major; {@code strideX} is the number of elements from one row of X to the
 * next; offsets count elements. All methods are safe to call from several threads on disjoint
 * outputs and allocate nothing after warm-up. An output may be the same array at the same offset as
 * an element-wise input, otherwise it must not overlap an input.
 *
 * <p><b>Bits.</b> A backend computes each element of a result from the same inputs in the same
 * order, whatever the number of rows, the split over threads or the position in the array: a row
 * alone and the same row in a batch give the same bits. Two backends agree to rounding.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface TensorBackend {
  /**
   * The provider's name.
   *
   * @return for instance {@code reference}
   */
  String name();

  /**
   * What runs here, for logs and reports.
   *
   * @return for instance {@code simd (Vector API, 512 bits)}
   */
  String description();

  /**
   * A matrix product on plain storage.
   *
   * @param product sizes, transpositions, strides
   * @param a left operand
   * @param aOffset where A starts
   * @param b right operand
   * @param bOffset where B starts
   * @param c result
   * @param cOffset where C starts
   * @param workers the threads to share the work
   */
  void multiply(
      MatrixProduct product,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      Workers workers);

  /**
   * Room for a packed right operand.
   *
   * @param k its rows
   * @param n its columns
   * @return a matrix of zeros
   */
  PackedMatrix packed(int k, int n);

  /**
   * What {@link #packed} would hold, without making it.
   *
   * @param k rows
   * @param n columns
   * @return floats, padding included
   */
  default long packedCapacity(int k, int n) {
    return (long) k * n;
  }

  /**
   * What a product holds, from then on, to pack a right operand in that comes unpacked. Products
   * share it: the largest counts.
   *
   * @param k rows of the right operand
   * @param n columns
   * @return floats, 0 for a backend that does not pack
   */
  default long productCapacity(int k, int n) {
    return 0;
  }

  /**
   * Packs a dense or strided matrix.
   *
   * @param target where to; its sizes say how much is read
   * @param transposed whether the source is stored as {@code [n, k]}
   * @param b the source
   * @param bOffset where it starts
   * @param strideB elements from one stored row to the next
   */
  void pack(PackedMatrix target, boolean transposed, float[] b, int bOffset, int strideB);

  /**
   * {@code C [m, n] = op(A) [m, k] x B (+ bias) (+ C)} on the caller's thread.
   *
   * @param transposeA whether A is stored as {@code [k, m]}
   * @param sameLeft a promise that A is the left operand of this thread's previous call of this
   *     method, with unchanged values, so that what was made of it can be used again
   * @param m rows of A and C
   * @param a left operand
   * @param aOffset where A starts
   * @param strideA its row stride
   * @param b the packed right operand
   * @param bias one number for each column, added to every row, or null; not with accumulate
   * @param biasOffset where the bias starts
   * @param accumulate add to what C holds
   * @param c result
   * @param cOffset where C starts
   * @param strideC its row stride
   */
  void multiplyPacked(
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
      int strideC);

  /**
   * {@code y[i] = f(x[i])}.
   *
   * @param function f
   * @param x input
   * @param xOffset where it starts
   * @param y output
   * @param yOffset where it starts
   * @param count how many elements
   */
  void unary(UnaryFunction function, float[] x, int xOffset, float[] y, int yOffset, int count);

  /**
   * {@code y[i] = scale * x[i] + shift}, fused.
   *
   * @param scale the factor
   * @param shift the summand
   * @param x input
   * @param xOffset where it starts
   * @param y output
   * @param yOffset where it starts
   * @param count how many elements
   */
  void affine(float scale, float shift, float[] x, int xOffset, float[] y, int yOffset, int count);

  /**
   * {@code y[i] = f(a[i], b[i])}.
   *
   * @param function f
   * @param a first operand
   * @param aOffset where it starts
   * @param b second operand
   * @param bOffset where it starts
   * @param y output
   * @param yOffset where it starts
   * @param count how many elements
   */
  void binary(
      BinaryFunction function,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count);

  /**
   * {@code y[i] = f(a[i], b)} or {@code f(b, a[i])} for one number b.
   *
   * @param function f
   * @param a the vector operand
   * @param aOffset where it starts
   * @param b the number
   * @param numberFirst whether b is the first operand
   * @param y output
   * @param yOffset where it starts
   * @param count how many elements
   */
  void binaryNumber(
      BinaryFunction function,
      float[] a,
      int aOffset,
      float b,
      boolean numberFirst,
      float[] y,
      int yOffset,
      int count);

  /**
   * {@code y[i] = a[i] * b[i] + c[i]}, fused.
   *
   * @param a first factor
   * @param aOffset where it starts
   * @param b second factor
   * @param bOffset where it starts
   * @param c summand
   * @param cOffset where it starts
   * @param y output
   * @param yOffset where it starts
   * @param count how many elements
   */
  void multiplyAdd(
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset,
      float[] y,
      int yOffset,
      int count);

  /**
   * {@code y[i] = condition[i] != 0 ? a[i] : b[i]}.
   *
   * @param condition chooses
   * @param conditionOffset where it starts
   * @param a taken where the condition is not zero
   * @param aOffset where it starts
   * @param b taken where the condition is zero
   * @param bOffset where it starts
   * @param y output
   * @param yOffset where it starts
   * @param count how many elements
   */
  void select(
      float[] condition,
      int conditionOffset,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count);

  /**
   * The sum of a vector in the backend's fixed order.
   *
   * @param x input
   * @param xOffset where it starts
   * @param count how many elements
   * @return the sum, 0 for none
   */
  float sum(float[] x, int xOffset, int count);

  /**
   * The sum of squares, accumulated in double.
   *
   * @param x input
   * @param xOffset where it starts
   * @param count how many elements
   * @return the sum of squares
   */
  double sumOfSquares(float[] x, int xOffset, int count);

  /**
   * The largest element.
   *
   * @param x input
   * @param xOffset where it starts
   * @param count how many elements, at least 1
   * @return the maximum, NaN if any element is
   */
  float max(float[] x, int xOffset, int count);

  /**
   * The scalar product of each row with one vector: {@code y[i] = sum_j x[i, j] v[j]}. The bits of
   * a row do not depend on the others.
   *
   * @param rows rows of X
   * @param columns columns of X
   * @param x input
   * @param xOffset where it starts
   * @param strideX its row stride
   * @param v the vector
   * @param vOffset where it starts
   * @param y one number for each row
   * @param yOffset where it starts
   */
  void rowProducts(
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int strideX,
      float[] v,
      int vOffset,
      float[] y,
      int yOffset);

  /**
   * The weighted sum of rows, added from first to last: {@code y[j] (+)= sum_i w[i] x[i, j]}, each
   * product and sum rounded once.
   *
   * @param rows rows of X
   * @param columns columns of X
   * @param w one weight for each row
   * @param wOffset where they start
   * @param x input
   * @param xOffset where it starts
   * @param strideX its row stride
   * @param accumulate add to what y holds
   * @param y one number for each column
   * @param yOffset where it starts
   */
  void weightedRows(
      int rows,
      int columns,
      float[] w,
      int wOffset,
      float[] x,
      int xOffset,
      int strideX,
      boolean accumulate,
      float[] y,
      int yOffset);

  /**
   * Adds an outer product: {@code y[i, j] += w[i] v[j]}, each product and sum rounded once.
   *
   * @param rows rows of Y
   * @param columns columns of Y
   * @param w one weight for each row
   * @param wOffset where they start
   * @param v one number for each column
   * @param vOffset where it starts
   * @param y what is added to
   * @param yOffset where it starts
   * @param strideY its row stride
   */
  void addOuter(
      int rows,
      int columns,
      float[] w,
      int wOffset,
      float[] v,
      int vOffset,
      float[] y,
      int yOffset,
      int strideY);

  /**
   * The sum of each column, rows added from first to last: {@code y[j] (+)= sum_i x[i, j]}.
   *
   * @param rows rows of X
   * @param columns columns of X
   * @param x input
   * @param xOffset where it starts
   * @param strideX its row stride
   * @param accumulate add to what y holds
   * @param y one sum for each column
   * @param yOffset where it starts
   */
  void sumColumns(
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int strideX,
      boolean accumulate,
      float[] y,
      int yOffset);

  /**
   * The softmax of one row, shifted by its maximum.
   *
   * @param x input
   * @param xOffset where it starts
   * @param y output, may be the input
   * @param yOffset where it starts
   * @param count the length of the row
   */
  void softmax(float[] x, int xOffset, float[] y, int yOffset, int count);

  /**
   * The log-softmax of one row, shifted by its maximum.
   *
   * @param x input
   * @param xOffset where it starts
   * @param y output, may be the input
   * @param yOffset where it starts
   * @param count the length of the row
   */
  void logSoftmax(float[] x, int xOffset, float[] y, int yOffset, int count);

  /**
   * {@code log(sum_i exp(x[i]))} of one row, shifted by its maximum.
   *
   * @param x input
   * @param xOffset where it starts
   * @param count the length of the row
   * @return the logarithm, -infinity for an empty row
   */
  float logSumExp(float[] x, int xOffset, int count);

  /**
   * {@code B [columns, rows] = transpose of A [rows, columns]}.
   *
   * @param rows rows of A
   * @param columns columns of A
   * @param a input
   * @param aOffset where it starts
   * @param strideA its row stride
   * @param b output
   * @param bOffset where it starts
   * @param strideB its row stride
   */
  void transpose(
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int strideA,
      float[] b,
      int bOffset,
      int strideB);
}
