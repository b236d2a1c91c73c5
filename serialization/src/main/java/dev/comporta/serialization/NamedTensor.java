package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.serialization.ModelDescription.StoredTensor;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A named float32 tensor, and how a file stores it. The elements of a {@linkplain ModelFiles#map
 * mapped} file are read and verified when they are first asked for. Two tensors are equal if their
 * names, shapes and the bits of all values are equal, however they are stored.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class NamedTensor {
  /** Reads the elements of a mapped tensor into an array, and verifies them. */
  @FunctionalInterface
  interface Mapped {
    void copyTo(float[] values, int at);
  }

  private final String name;
  private final Shape shape;
  private final ElementType type;
  private final int channelAxis;
  private final @Nullable Mapped mapped;
  private float @Nullable [] values;

  /**
   * Creates a named tensor that is stored as float32; the array is not copied.
   *
   * @param name the full name, such as {@code layers.1.cell.W}
   * @param shape the shape
   * @param values the elements in row-major order
   * @throws ShapeException if the number of values does not match the shape
   */
  public NamedTensor(String name, Shape shape, float[] values) {
    this(name, shape, ElementType.F32, -1, null, values);
    if (values.length != shape.count()) {
      throw new ShapeException(
          formatted(
              "[tensor %s] expected %d values for %s but got %d",
              Text.quoted(name), shape.count(), shape, values.length));
    }
  }

  private NamedTensor(
      String name,
      Shape shape,
      ElementType type,
      int channelAxis,
      @Nullable Mapped mapped,
      float @Nullable [] values) {
    this.name = name;
    this.shape = shape;
    this.type = type;
    this.channelAxis = channelAxis;
    this.mapped = mapped;
    this.values = values;
  }

  /** A tensor of a file that was read. */
  static NamedTensor read(StoredTensor stored, float[] values) {
    return new NamedTensor(
        stored.name(), stored.shape(), stored.type(), stored.channelAxis(), null, values);
  }

  /** A tensor of a mapped file. */
  static NamedTensor mapped(StoredTensor stored, Mapped mapped) {
    return new NamedTensor(
        stored.name(), stored.shape(), stored.type(), stored.channelAxis(), mapped, null);
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
   * How a file stores the elements.
   *
   * @return {@link ElementType#F32} unless it was read from another type or {@link #storedAs}
   */
  public ElementType type() {
    return type;
  }

  /**
   * The axis of the output channels.
   *
   * @return the axis, whose indices have a scale each, or -1 unless the type is {@link
   *     ElementType#I8}
   */
  public int channelAxis() {
    return channelAxis;
  }

  /**
   * The elements. Those of a mapped file are read at the first call and kept.
   *
   * @return the row-major elements; the array is not copied
   * @throws ModelFileException if the file is mapped and the tensor is damaged
   */
  public synchronized float[] values() {
    float[] known = values;
    if (known == null) {
      known = new float[shape.count()];
      copyTo(known, 0);
      values = known;
    }
    return known;
  }

  /**
   * Copies the elements to an array. Those of a mapped file are read and verified, and not kept.
   *
   * @param into takes the row-major elements
   * @param at the index of the first one
   * @throws ModelFileException if the file is mapped and the tensor is damaged
   */
  public synchronized void copyTo(float[] into, int at) {
    if (values != null) {
      System.arraycopy(values, 0, into, at, values.length);
    } else if (mapped != null) {
      mapped.copyTo(into, at);
    }
  }

  /** Whether the elements are those of a mapped file and have not been read. */
  synchronized boolean isUnread() {
    return values == null;
  }

  /**
   * The same tensor, to be stored as another type. Writing rounds the elements to the nearest, ties
   * to even; these stay as they are.
   *
   * @param other {@link ElementType#F32}, {@link ElementType#F16}, {@link ElementType#BF16} or
   *     {@link ElementType#I8}, whose output channels are then the last axis
   * @return the tensor
   * @throws ShapeException if a scalar is to be stored as {@link ElementType#I8}
   * @throws IllegalArgumentException for {@link ElementType#F64}
   */
  public NamedTensor storedAs(ElementType other) {
    if (other == ElementType.F64) {
      throw new IllegalArgumentException("parameters are not stored as float64");
    }
    return other == ElementType.I8
        ? storedAsBytes(shape.rank() - 1)
        : new NamedTensor(name, shape, other, -1, mapped, isUnread() ? null : values());
  }

  /**
   * The same tensor, to be stored as {@link ElementType#I8}.
   *
   * @param outputAxis the axis of the output channels: each of its indices gets a scale
   * @return the tensor
   * @throws ShapeException if the tensor has no such axis
   */
  public NamedTensor storedAsBytes(int outputAxis) {
    if (outputAxis < 0 || outputAxis >= shape.rank()) {
      throw new ShapeException(
          formatted(
              "[tensor %s] expected an axis of %s as that of its output channels but got %d",
              Text.quoted(name), shape, outputAxis));
    }
    return new NamedTensor(
        name, shape, ElementType.I8, outputAxis, mapped, isUnread() ? null : values());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamedTensor tensor
        && name.equals(tensor.name)
        && shape.equals(tensor.shape)
        && sameBits(values(), tensor.values());
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
