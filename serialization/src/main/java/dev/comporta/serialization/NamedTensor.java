package dev.comporta.serialization;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * A float32 tensor with its name, as it stands in a file. Two are equal if names, shapes and the
 * bits of all values are.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class NamedTensor {
  private final String name;
  private final Shape shape;
  private final float[] values;

  /**
   * Names values; the array is kept, not copied.
   *
   * @param name the full name, such as {@code layers.1.cell.W}
   * @param shape the shape
   * @param values the elements in row-major order, as many as the shape has
   * @throws ShapeException if their number is another
   */
  public NamedTensor(String name, Shape shape, float[] values) {
    if (values.length != shape.count()) {
      throw new ShapeException(
          "[tensor %s] expected %d values for %s but got %d"
              .formatted(Text.quoted(name), shape.count(), shape, values.length));
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
   * @return sizes without axis names when it comes from a file
   */
  public Shape shape() {
    return shape;
  }

  /**
   * The elements.
   *
   * @return the array itself, row-major
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
