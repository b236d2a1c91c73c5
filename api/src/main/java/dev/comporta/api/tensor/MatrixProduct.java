package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * The sizes of a matrix product {@code C [m, n] = op(A) [m, k] x op(B) [k, n]} on row-major float
 * storage. Made once, used for many products of the same sizes.
 *
 * @param m rows of the result
 * @param n columns of the result
 * @param k the length of each dot product
 * @param transposeA whether A is stored as {@code [k, m]}
 * @param transposeB whether B is stored as {@code [n, k]}
 * @param strideA elements from one stored row of A to the next
 * @param strideB elements from one stored row of B to the next
 * @param strideC elements from one row of C to the next
 * @param accumulate add to what C holds instead of replacing it
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
   * @param k the length of each dot product
   * @param transposeA whether A is stored as {@code [k, m]}
   * @param transposeB whether B is stored as {@code [n, k]}
   * @param accumulate add to what C holds
   * @return the product with the strides of dense storage
   */
  public static MatrixProduct dense(
      int m, int n, int k, boolean transposeA, boolean transposeB, boolean accumulate) {
    return new MatrixProduct(
        m, n, k, transposeA, transposeB, transposeA ? m : k, transposeB ? k : n, n, accumulate);
  }
}
