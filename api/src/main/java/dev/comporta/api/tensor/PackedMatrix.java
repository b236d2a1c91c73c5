package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * A right operand {@code [k, n]} in the layout that its backend multiplies fastest; the layout is
 * the backend's secret. Parameters are packed once for each update and multiplied many times.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface PackedMatrix {
  /**
   * The rows of the operand.
   *
   * @return the length of each dot product
   */
  int k();

  /**
   * The columns of the operand.
   *
   * @return the columns of the result
   */
  int n();

  /**
   * The storage held.
   *
   * @return floats, padding included
   */
  default long capacity() {
    return (long) k() * n();
  }
}
