package dev.comporta.api.tensor;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The numeric primitives on float storage on which all computation is built.
 *
 * <p>Matrices are row-major; {@code strideX} is the number of elements from one row of X to the
 * next; offsets count elements. All methods are thread-safe for disjoint outputs and allocate
 * nothing after warm-up. The output of an element-wise function may be the same array at the same
 * offset as an input; otherwise an output must not overlap an input.
 *
 * <p><b>Determinism.</b> A backend computes each element of a result from the same inputs in the
 * same order, regardless of the number of rows, the split over threads and the position in the
 * array: a row has the same bits alone and in a batch. Two backends agree up to rounding.
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
   * A description of the implementation, for logs and reports.
   *
   * @return for instance {@code simd (Vector API, 512 bits)}
   */
  String description();

  /**
   * A matrix product on unpacked storage.
   *
   * @param product sizes, transpositions, strides
   * @param a left operand
   * @param aOffset where A starts
   * @param b right operand
   * @param bOffset where B starts
   * @param c result
   * @param cOffset where C starts
   * @param workers the threads that share the work
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
   * Allocates a packed right operand.
   *
   * @param k its rows
   * @param n its columns
   * @return a matrix of zeros
   */
  PackedMatrix packed(int k, int n);

  /**
   * The capacity of the matrix that {@link #packed} would allocate.
   *
   * @param k rows
   * @param n columns
   * @return the number of floats, including padding
   */
  default long packedCapacity(int k, int n) {
    return (long) k * n;
  }

  /**
   * The size of the scratch buffer in which {@link #multiply} packs its right operand. The buffer
   * is kept and shared by all products, so the largest one counts.
   *
   * @param product the sizes
   * @param threads that share the product
   * @return the number of floats; 0 for a backend that does not pack the operand of such a product
   */
  default long productCapacity(MatrixProduct product, int threads) {
    return 0;
  }

  /**
   * The size of the scratch buffers in which the threads of {@link #multiply} pack the parts of
   * operands that they do not share. They are kept and used by all products, so the largest one
   * counts.
   *
   * @param product the sizes
   * @param threads that share the product
   * @return the number of floats of all threads; 0 for a backend that does not pack
   */
  default long threadCapacity(MatrixProduct product, int threads) {
    return 0;
  }

  /**
   * Packs a dense or strided matrix.
   *
   * @param target the packed matrix; its sizes determine how much is read
   * @param transposed whether the source is stored as {@code [n, k]}
   * @param b the source
   * @param bOffset where it starts
   * @param strideB its row stride as stored
   */
  void pack(PackedMatrix target, boolean transposed, float[] b, int bOffset, int strideB);

  /**
   * Packs a matrix whose values never change and which is multiplied by a single row most of the
   * time. A backend may keep it in less memory if that holds every value exactly; the bits of
   * products are those of a matrix that {@link #pack} has filled. The result must not be a target
   * of {@link #pack}.
   *
   * @param k its rows
   * @param n its columns
   * @param transposed whether the source is stored as {@code [n, k]}
   * @param b the source
   * @param bOffset where it starts
   * @param strideB its row stride as stored
   * @return the packed matrix
   */
  default PackedMatrix packFrozen(
      int k, int n, boolean transposed, float[] b, int bOffset, int strideB) {
    PackedMatrix matrix = packed(k, n);
    pack(matrix, transposed, b, bOffset, strideB);
    return matrix;
  }

  /**
   * {@code C [m, n] = op(A) [m, k] x B (+ bias) (+ C)} on the caller's thread.
   *
   * @param transposeA whether A is stored as {@code [k, m]}
   * @param sameLeft as for several threads
   * @param m rows of A and C
   * @param a left operand
   * @param aOffset where A starts
   * @param strideA its row stride
   * @param b the packed right operand
   * @param bias one number for each column, added to every row, or null; must be null if accumulate
   *     is set
   * @param biasOffset where the bias starts
   * @param accumulate whether to add to C
   * @param c result
   * @param cOffset where C starts
   * @param strideC its row stride
   */
  default void multiplyPacked(
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
      int strideC) {
    multiplyPacked(
        transposeA,
        sameLeft,
        m,
        a,
        aOffset,
        strideA,
        b,
        bias,
        biasOffset,
        accumulate,
        c,
        cOffset,
        strideC,
        Workers.ALONE);
  }

  /**
   * {@code C [m, n] = op(A) [m, k] x B (+ bias) (+ C)}, with the same bits for any number of
   * threads. Even a single row is worth sharing if B is large: its time is that of reading B.
   *
   * @param transposeA whether A is stored as {@code [k, m]}
   * @param sameLeft a promise that A is the left operand of this thread's previous call of this
   *     method, with unchanged values, so that its packed form can be reused
   * @param m rows of A and C
   * @param a left operand
   * @param aOffset where A starts
   * @param strideA its row stride
   * @param b the packed right operand
   * @param bias one number for each column, added to every row, or null; must be null if accumulate
   *     is set
   * @param biasOffset where the bias starts
   * @param accumulate whether to add to C
   * @param c result
   * @param cOffset where C starts
   * @param strideC its row stride
   * @param workers the threads that may share the product
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
      int strideC,
      Workers workers);

  /**
   * {@code y[i] = f(x[i])}.
   *
   * @param function f
   * @param x input
   * @param xOffset where it starts
   * @param y output
   * @param yOffset where it starts
   * @param count the number of elements
   */
  void unary(UnaryFunction function, float[] x, int xOffset, float[] y, int yOffset, int count);

  /**
   * {@code y[i] = scale * x[i] + shift}, fused.
   *
   * @param scale the factor
   * @param shift the offset
   * @param x input
   * @param xOffset where it starts
   * @param y output
   * @param yOffset where it starts
   * @param count the number of elements
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
   * @param count the number of elements
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
   * {@code y[i] = f(a[i], b)} or {@code f(b, a[i])} for a scalar b.
   *
   * @param function f
   * @param a the vector operand
   * @param aOffset where it starts
   * @param b the scalar operand
   * @param numberFirst whether b is the first operand
   * @param y output
   * @param yOffset where it starts
   * @param count the number of elements
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
   * @param count the number of elements
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
   * @param condition the condition
   * @param conditionOffset where it starts
   * @param a selected where the condition is nonzero
   * @param aOffset where it starts
   * @param b selected where the condition is zero
   * @param bOffset where it starts
   * @param y output
   * @param yOffset where it starts
   * @param count the number of elements
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
   * @param count the number of elements
   * @return the sum, 0 for none
   */
  float sum(float[] x, int xOffset, int count);

  /**
   * The sum of squares, accumulated in double.
   *
   * @param x input
   * @param xOffset where it starts
   * @param count the number of elements
   * @return the sum of squares
   */
  double sumOfSquares(float[] x, int xOffset, int count);

  /**
   * The largest element.
   *
   * @param x input
   * @param xOffset where it starts
   * @param count the number of elements, at least 1
   * @return the maximum; NaN if any element is NaN
   */
  float max(float[] x, int xOffset, int count);

  /**
   * The dot product of each row with one vector: {@code y[i] = sum_j x[i, j] v[j]}. The bits of a
   * result do not depend on the other rows.
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
   * @param accumulate whether to add to y
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
   * @param accumulate whether to add to y
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
   * The sum of each column of an element-wise product, rows added from first to last: {@code y[j]
   * += sum_i a[i, j] b[i, j]}. Each product is rounded before it is added, so that the bits are
   * those of {@link #sumColumns} over a stored product.
   *
   * @param rows rows of A and B
   * @param columns columns of A and B
   * @param a first operand
   * @param aOffset where it starts
   * @param strideA its row stride
   * @param b second operand
   * @param bOffset where it starts
   * @param strideB its row stride
   * @param y one sum for each column, added to
   * @param yOffset where it starts
   */
  void sumProducts(
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int strideA,
      float[] b,
      int bOffset,
      int strideB,
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
   * @return the logarithm; -infinity for an empty row
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
