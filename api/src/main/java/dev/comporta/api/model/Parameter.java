package dev.comporta.api.model;

import dev.comporta.api.tensor.Shape;
import org.apiguardian.api.API;

/**
 * A named parameter and its location in the storage of {@link Parameters}.
 *
 * @param name the full name, unique in its model, such as {@code layers.1.cell.W}
 * @param shape its shape
 * @param offset the index of its first element in the storage
 * @param trained whether training changes it
 */
@API(status = API.Status.STABLE)
public record Parameter(String name, Shape shape, int offset, boolean trained) {
  /**
   * A parameter that is trained.
   *
   * @param name the full name, unique in its model
   * @param shape its shape
   * @param offset the index of its first element in the storage
   */
  public Parameter(String name, Shape shape, int offset) {
    this(name, shape, offset, true);
  }

  /**
   * The index after the last element.
   *
   * @return offset plus element count
   */
  public int end() {
    return offset + shape.count();
  }
}
