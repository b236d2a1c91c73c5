package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * A named float32 tensor, as stored in a file. Two are equal if their names, shapes and the bits of
 * all values are equal.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class NamedTensor {
  private final String name;
  private final Shape shape;
  private final float[] values;

  /**
   * Creates a named tensor; the array is not copied.
   *
   * @param name the full name, such as {@code layers.1.cell.W}
   * @param shape the shape
   * @param values the elements in row-major order
   * @throws ShapeException if the number of values does not match the shape
   */
  public NamedTensor(String name, Shape shape, float[] values) {
    if (values.length != shape.count()) {
      throw new ShapeException(
          formatted(
              "[tensor %s] expected %d values for %s but got %d",
              Text.quoted(name), shape.count(), shape, values.length));
    }
    this.name = name;
    this.shape = shape;
    this.values = values;
  }

  /**
   * The full name.
   *
   * @return a name unique in its list
   */
  public String name() {
    return name;
  }

  /**
   * The shape.
   *
   * @return the shape; without axis names if it was read from a file
   */
  public Shape shape() {
    return shape;
  }

  /**
   * The elements.
   *
   * @return the row-major elements; the array is not copied
   */
  public float[] values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamedTensor tensor
        && name.equals(tensor.name)
        && shape.equals(tensor.shape)
        && sameBits(values, tensor.values);
  }

  private static boolean sameBits(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, shape);
  }

  @Override
  public String toString() {
    return name + " " + shape;
  }
}
