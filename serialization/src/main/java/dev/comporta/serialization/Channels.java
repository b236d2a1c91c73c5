package dev.comporta.serialization;

import dev.comporta.api.tensor.Shape;

/**
 * Which channel an element belongs to: its index on one axis.
 *
 * @param count the size of the axis
 * @param inner the product of the sizes of the axes behind it
 */
record Channels(int count, int inner) {
  static Channels of(Shape shape, int axis) {
    int inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= shape.size(i);
    }
    return new Channels(shape.size(axis), inner);
  }

  /** The channel of a row-major index. */
  int of(int index) {
    return index / inner % count;
  }
}
