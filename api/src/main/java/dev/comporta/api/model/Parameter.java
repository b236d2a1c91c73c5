package dev.comporta.api.model;

import dev.comporta.api.tensor.Shape;
import org.apiguardian.api.API;

/**
 * A named parameter and its location in the storage of {@link Parameters}.
 *
 * @param name the full name, unique in its model, such as {@code layers.1.cell.W}
 * @param shape its shape
 * @param offset the index of its first element in the storage
 */
@API(status = API.Status.EXPERIMENTAL)
public record Parameter(String name, Shape shape, int offset) {
  /**
   * The index after the last element.
   *
   * @return offset plus element count
   */
  public int end() {
    return offset + shape.count();
  }
}
