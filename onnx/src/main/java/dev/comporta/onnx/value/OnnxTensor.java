package dev.comporta.onnx.value;

import static dev.comporta.api.Formatting.formatted;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * A tensor: row-major elements of one type. Tensors are never changed after they were made, so that
 * they can be shared.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class OnnxTensor implements OnnxValue {
  /** The most elements of one array. */
  public static final long MOST_ELEMENTS = Integer.MAX_VALUE - 64;

  /** The largest product of the other sizes of a tensor that has an axis of size 0. */
  public static final long MOST_AROUND_NOTHING = 1L << 24;

  private final ElementType type;
  private final int[] sizes;
  private final int count;
  private final Object data;

  private OnnxTensor(ElementType type, int[] sizes, int count, Object data) {
    this.type = type;
    this.sizes = sizes;
    this.count = count;
    this.data = data;
    if (count(sizes) != count) {
      throw new IllegalArgumentException(
          formatted("%d elements do not have the shape %s", count, Arrays.toString(sizes)));
    }
  }

  /**
   * The number of elements of a shape.
   *
   * @param sizes one size for each axis
   * @return the product; -1 if a size is negative, if there are too many for one array, or if the
   *     tensor is empty and its other sizes multiply to more than {@link #MOST_AROUND_NOTHING}: no
   *     data explain them, and loops over them would take memory and time
   */
  public static long count(int... sizes) {
    long count = 1;
    boolean empty = false;
    for (int size : sizes) {
      if (size < 0) {
        return -1;
      }
      empty |= size == 0;
      count = Math.min(count * Math.max(size, 1), Integer.MAX_VALUE);
    }
    return count > (empty ? MOST_AROUND_NOTHING : MOST_ELEMENTS) ? -1 : empty ? 0 : count;
  }

  /**
   * A float32 tensor.
   *
   * @param values the elements, not copied
   * @param sizes the shape
   * @return the tensor
   */
  public static OnnxTensor of(float[] values, int... sizes) {
    return of(ElementType.FLOAT32, values, sizes);
  }

  /**
   * A tensor of floats of any precision up to 32 bits.
   *
   * @param type float32, float16 or bfloat16; the latter's elements must be rounded
   * @param values the elements, not copied
   * @param sizes the shape
   * @return the tensor
   */
  public static OnnxTensor of(ElementType type, float[] values, int... sizes) {
    require(type, ElementType.Storage.FLOATS);
    return new OnnxTensor(type, sizes.clone(), values.length, values);
  }

  /**
   * A float64 tensor.
   *
   * @param values the elements, not copied
   * @param sizes the shape
   * @return the tensor
   */
  public static OnnxTensor of(double[] values, int... sizes) {
    return new OnnxTensor(ElementType.FLOAT64, sizes.clone(), values.length, values);
  }

  /**
   * A tensor of integers or truth values.
   *
   * @param type an integer type or bool
   * @param values the elements in the range of the type, not copied
   * @param sizes the shape
   * @return the tensor
   */
  public static OnnxTensor of(ElementType type, long[] values, int... sizes) {
    require(type, ElementType.Storage.LONGS);
    return new OnnxTensor(type, sizes.clone(), values.length, values);
  }

  /**
   * An int64 tensor.
   *
   * @param values the elements, not copied
   * @param sizes the shape
   * @return the tensor
   */
  public static OnnxTensor of(long[] values, int... sizes) {
    return of(ElementType.INT64, values, sizes);
  }

  /**
   * A tensor of text.
   *
   * @param values the elements, not copied
   * @param sizes the shape
   * @return the tensor
   */
  public static OnnxTensor of(String[] values, int... sizes) {
    return new OnnxTensor(ElementType.STRING, sizes.clone(), values.length, values);
  }

  /**
   * A tensor of any type.
   *
   * @param type the type
   * @param data an array of its storage, not copied
   * @param sizes the shape
   * @return the tensor
   */
  public static OnnxTensor of(ElementType type, Object data, int[] sizes) {
    return switch (type.storage()) {
      case FLOATS -> of(type, (float[]) data, sizes);
      case DOUBLES -> of((double[]) data, sizes);
      case LONGS -> of(type, (long[]) data, sizes);
      case STRINGS -> of((String[]) data, sizes);
    };
  }

  /**
   * An array for elements of a type; text is empty.
   *
   * @param type the type
   * @param count the number of elements
   * @return an array of its storage
   */
  public static Object storage(ElementType type, int count) {
    return switch (type.storage()) {
      case FLOATS -> new float[count];
      case DOUBLES -> new double[count];
      case LONGS -> new long[count];
      case STRINGS -> {
        String[] text = new String[count];
        Arrays.fill(text, "");
        yield text;
      }
    };
  }

  private static void require(ElementType type, ElementType.Storage storage) {
    if (type.storage() != storage) {
      throw new IllegalArgumentException(formatted("%s is not held as %s", type.word(), storage));
    }
  }

  /**
   * The same elements with another shape.
   *
   * @param other a shape of as many elements
   * @return a tensor that shares the elements
   */
  public OnnxTensor reshaped(int... other) {
    return new OnnxTensor(type, other.clone(), count, data);
  }

  /**
   * The element type.
   *
   * @return the type
   */
  public ElementType type() {
    return type;
  }

  /**
   * The number of axes.
   *
   * @return 0 for a scalar
   */
  public int rank() {
    return sizes.length;
  }

  /**
   * The size of an axis.
   *
   * @param axis its number, from 0
   * @return the size
   */
  public int size(int axis) {
    return sizes[axis];
  }

  /**
   * All sizes.
   *
   * @return a copy
   */
  public int[] sizes() {
    return sizes.clone();
  }

  /**
   * The number of elements.
   *
   * @return the product of the sizes
   */
  public int count() {
    return count;
  }

  /**
   * The array of the elements, which must not be changed.
   *
   * @return {@code float[]}, {@code double[]}, {@code long[]} or {@code String[]}
   */
  public Object data() {
    return data;
  }

  /**
   * The array of a tensor of floats, which must not be changed.
   *
   * @return the elements
   */
  public float[] floats() {
    return (float[]) data;
  }

  /**
   * The array of a float64 tensor, which must not be changed.
   *
   * @return the elements
   */
  public double[] doubles() {
    return (double[]) data;
  }

  /**
   * The array of a tensor of integers or truth values, which must not be changed.
   *
   * @return the elements
   */
  public long[] longs() {
    return (long[]) data;
  }

  /**
   * The array of a tensor of text, which must not be changed.
   *
   * @return the elements
   */
  public String[] strings() {
    return (String[]) data;
  }

  /**
   * One element of a numeric tensor.
   *
   * @param index its place in row-major order
   * @return its value; exact up to 2^53
   */
  public double number(int index) {
    return switch (type.storage()) {
      case FLOATS -> floats()[index];
      case DOUBLES -> doubles()[index];
      case LONGS -> longs()[index];
      case STRINGS -> throw new IllegalStateException("text is not a number");
    };
  }

  @Override
  public String describe() {
    return type.word() + " " + Arrays.toString(sizes);
  }

  @Override
  public String toString() {
    return describe();
  }
}
