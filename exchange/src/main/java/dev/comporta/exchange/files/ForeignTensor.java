package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import java.util.Arrays;

/** A named array of another tool, row-major in float32. */
public final class ForeignTensor {
  private final String name;
  private final int[] sizes;
  private final float[] values;

  /** Creates an array; nothing is copied. */
  public ForeignTensor(String name, int[] sizes, float[] values) {
    long count = count(sizes);
    if (count != values.length) {
      throw new IllegalArgumentException(
          formatted("%s has %d values for %s", name, values.length, Arrays.toString(sizes)));
    }
    this.name = name;
    this.sizes = sizes.clone();
    this.values = values;
  }

  /** The number of elements; negative if a size is negative or they are too many for one array. */
  public static long count(int... sizes) {
    long count = 1;
    for (int size : sizes) {
      if (size < 0) {
        return -1;
      }
      count *= size;
      if (count > Integer.MAX_VALUE - 64) {
        return -1;
      }
    }
    return count;
  }

  /** Its name in the file. */
  public String name() {
    return name;
  }

  /** The number of axes. */
  public int rank() {
    return sizes.length;
  }

  /** The size of an axis. */
  public int size(int axis) {
    return sizes[axis];
  }

  /** All sizes. */
  public int[] sizes() {
    return sizes.clone();
  }

  /** The elements; not copied. */
  public float[] values() {
    return values;
  }

  /** The same elements under another name. */
  public ForeignTensor named(String other) {
    return new ForeignTensor(other, sizes, values);
  }

  /** The same elements with another shape. */
  public ForeignTensor reshaped(int... other) {
    return new ForeignTensor(name, other, values);
  }

  /** The transpose of a matrix. */
  public ForeignTensor transposed() {
    int rows = sizes[0];
    int columns = sizes[1];
    float[] turned = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        turned[c * rows + r] = values[r * columns + c];
      }
    }
    return new ForeignTensor(name, new int[] {columns, rows}, turned);
  }

  @Override
  public String toString() {
    return name + " " + Arrays.toString(sizes);
  }
}
