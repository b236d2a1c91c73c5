package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * The sizes of a matrix product {@code C [m, n] = op(A) [m, k] x op(B) [k, n]} on row-major float
 * storage. Reusable for many products of the same sizes.
 *
 * @param m rows of the result
 * @param n columns of the result
 * @param k the inner size
 * @param transposeA whether A is stored as {@code [k, m]}
 * @param transposeB whether B is stored as {@code [n, k]}
 * @param strideA the row stride of A as stored, in elements
 * @param strideB the row stride of B as stored, in elements
 * @param strideC the row stride of C, in elements
 * @param accumulate whether to add to C instead of overwriting it
 */
@API(status = API.Status.EXPERIMENTAL)
public record MatrixProduct(
    int m,
    int n,
    int k,
    boolean transposeA,
    boolean transposeB,
    int strideA,
    int strideB,
    int strideC,
    boolean accumulate) {
  /**
   * A product of dense matrices.
   *
   * @param m rows of the result
   * @param n columns of the result
   * @param k the inner size
   * @param transposeA whether A is stored as {@code [k, m]}
   * @param transposeB whether B is stored as {@code [n, k]}
   * @param accumulate whether to add to C
   * @return the product, with the strides of dense storage
   */
  public static MatrixProduct dense(
      int m, int n, int k, boolean transposeA, boolean transposeB, boolean accumulate) {
    return new MatrixProduct(
        m, n, k, transposeA, transposeB, transposeA ? m : k, transposeB ? k : n, n, accumulate);
  }
}
