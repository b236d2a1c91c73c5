package dev.comporta.api.tensor;

import static dev.comporta.api.Formatting.formatted;

import java.util.Arrays;
import java.util.Objects;
import org.apiguardian.api.API;

/**
 * The axis sizes of a row-major tensor, outermost first, with optional axis names for messages.
 *
 * <p>Two shapes are equal if their sizes are equal; names only make messages readable ({@code
 * [batch 8, hidden 32]}). Sizes may be zero. The number of elements fits into an {@code int}.
 */
@API(status = API.Status.STABLE)
public final class Shape {
  private static final String UNNAMED = "";

  private final int[] sizes;
  private final String[] names;
  private final int count;

  private Shape(int[] sizes, String[] names) {
    long product = 1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 0) {
        throw new ShapeException(
            formatted(
                "[shape] expected sizes of zero or more but axis %d is %d in %s",
                i, sizes[i], Arrays.toString(sizes)));
      }
      product *= sizes[i];
      if (product > Integer.MAX_VALUE - 64) {
        throw new ShapeException(
            formatted(
                "[shape] %s has more than %d elements, the limit for one tensor; use smaller sizes",
                Arrays.toString(sizes), Integer.MAX_VALUE - 64));
      }
    }
    this.sizes = sizes;
    this.names = names;
    this.count = (int) product;
  }

  /**
   * A shape without axis names.
   *
   * @param sizes the size of each axis, outermost first; none for a scalar
   * @return the shape
   * @throws ShapeException if a size is negative or there are too many elements
   */
  public static Shape of(int... sizes) {
    String[] names = new String[sizes.length];
    Arrays.fill(names, UNNAMED);
    return new Shape(sizes.clone(), names);
  }

  /**
   * The same sizes with axis names for messages.
   *
   * @param axes one name for each axis, such as {@code "batch", "hidden"}
   * @return the named shape
   * @throws ShapeException if the number of names differs from the rank
   */
  public Shape named(String... axes) {
    if (axes.length != sizes.length) {
      throw new ShapeException(
          formatted(
              "[shape] expected %d axis names for %s but got %s",
              sizes.length, this, Arrays.toString(axes)));
    }
    return new Shape(sizes, axes.clone());
  }

  /**
   * The number of axes.
   *
   * @return zero for a scalar
   */
  public int rank() {
    return sizes.length;
  }

  /**
   * The size of one axis.
   *
   * @param axis the axis, 0 for the first, or negative to count from the back (-1 is the last)
   * @return its size
   * @throws ShapeException if there is no such axis
   */
  public int size(int axis) {
    return sizes[index(axis)];
  }

  /**
   * The name of one axis.
   *
   * @param axis as in {@link #size}
   * @return its name, empty if it has none
   */
  public String axisName(int axis) {
    return names[index(axis)];
  }

  /**
   * The index of an axis, counted from the front.
   *
   * @param axis an axis, negative to count from the back
   * @return the index, 0 to rank - 1
   * @throws ShapeException if there is no such axis
   */
  public int index(int axis) {
    int index = axis < 0 ? axis + sizes.length : axis;
    if (index < 0 || index >= sizes.length) {
      throw new ShapeException(
          formatted(
              "[shape] expected an axis between %d and %d of %s but got %d",
              -sizes.length, sizes.length - 1, this, axis));
    }
    return index;
  }

  /**
   * The number of elements.
   *
   * @return the product of the sizes, 1 for a scalar
   */
  public int count() {
    return count;
  }

  /**
   * The size of the last axis: the columns of the tensor as a matrix.
   *
   * @return 1 for a scalar
   */
  public int columns() {
    return sizes.length == 0 ? 1 : sizes[sizes.length - 1];
  }

  /**
   * The product of all axes but the last: the rows of the tensor as a matrix.
   *
   * @return 1 for a scalar or a vector
   */
  public int rows() {
    int rows = 1;
    for (int i = 0; i + 1 < sizes.length; i++) {
      rows *= sizes[i];
    }
    return rows;
  }

  /**
   * This shape with one axis resized.
   *
   * @param axis as in {@link #size}
   * @param size the new size
   * @return the new shape, with the same axis names
   */
  public Shape with(int axis, int size) {
    int[] changed = sizes.clone();
    changed[index(axis)] = size;
    return new Shape(changed, names);
  }

  /**
   * A copy of the sizes.
   *
   * @return the sizes, outermost first
   */
  public int[] sizes() {
    return sizes.clone();
  }

  /**
   * The shape to which both operands of an element-wise operation are broadcast: axes are aligned
   * at the last one, and a missing axis or an axis of size 1 is repeated.
   *
   * @param other the other operand's shape
   * @param operation the operation's name, for the message
   * @return the common shape
   * @throws ShapeException if two aligned axes differ and neither is 1
   */
  public Shape broadcast(Shape other, String operation) {
    if (equals(other)) {
      return this;
    }
    int rank = Math.max(rank(), other.rank());
    int[] result = new int[rank];
    String[] resultNames = new String[rank];
    for (int i = 1; i <= rank; i++) {
      int a = i <= rank() ? size(-i) : 1;
      int b = i <= other.rank() ? other.size(-i) : 1;
      if (a != b && a != 1 && b != 1) {
        int axis = rank - i;
        throw new ShapeException(
            formatted(
                    "[%s] expected operands that agree on every axis but got %s and %s (axis %d: %d against %d);",
                    operation, this, other, axis, a, b)
                + " sizes must be equal, or one of them 1");
      }
      result[rank - i] = a == 1 ? b : a;
      String name = i <= rank() ? axisName(-i) : UNNAMED;
      resultNames[rank - i] = name.isEmpty() && i <= other.rank() ? other.axisName(-i) : name;
    }
    return new Shape(result, resultNames);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < sizes.length; i++) {
      text.append(i == 0 ? "" : ", ");
      if (!Objects.equals(names[i], UNNAMED)) {
        text.append(names[i]).append(' ');
      }
      text.append(sizes[i]);
    }
    return text.append(']').toString();
  }
}
