package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * A right operand {@code [k, n]} in the layout that its backend multiplies fastest; the layout is
 * private to the backend. Parameters are packed once per update and multiplied many times.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface PackedMatrix {
  /**
   * The number of rows of the operand.
   *
   * @return the inner size of a product
   */
  int k();

  /**
   * The number of columns of the operand.
   *
   * @return the number of columns of a product
   */
  int n();

  /**
   * The size of the storage.
   *
   * @return the number of floats, including padding
   */
  default long capacity() {
    return (long) k() * n();
  }
}
