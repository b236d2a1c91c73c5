package dev.comporta.cells.plan.planes;

import dev.comporta.api.tensor.Shape;
import dev.comporta.cells.plan.trace.Node;

/**
 * How the elements of a row of a value {@code [batch, ..]} lie in the columns of its planes: in
 * row-major order. A value {@code [batch, N, M]}, such as a matrix for each row, has N M columns.
 */
final class RowShape {
  private RowShape() {}

  /** The sizes of the axes of a row. */
  static int[] sizes(Node node) {
    int first = node.batched() ? 1 : 0;
    int[] sizes = new int[node.shape().rank() - first];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = node.shape().size(first + i);
    }
    return sizes;
  }

  /** The sizes of a row of an operand or target of a value, with an axis for each of its axes. */
  static int[] aligned(Node value, Node of) {
    return aligned(value, sizes(of).length);
  }

  /** The same for a shape without a batch. */
  static int[] aligned(Shape shape, Node of) {
    int[] own = new int[shape.rank()];
    for (int i = 0; i < own.length; i++) {
      own[i] = shape.size(i);
    }
    return aligned(own, sizes(of).length);
  }

  private static int[] aligned(Node value, int axes) {
    return aligned(sizes(value), axes);
  }

  private static int[] aligned(int[] own, int axes) {
    int[] aligned = new int[axes];
    for (int i = 1; i <= axes; i++) {
      aligned[axes - i] = i <= own.length ? own[own.length - i] : 1;
    }
    return aligned;
  }

  /** How many times a slice along an axis of a value occurs in a row: 1 if it is one range. */
  static int outer(Shape shape, int axis) {
    return product(shape, 1, axis);
  }

  /** The columns of one index of an axis. */
  static int inner(Shape shape, int axis) {
    return product(shape, axis + 1, shape.rank());
  }

  /** How many vectors along the last axis a row has. */
  static int vectors(Node node) {
    return node.width() == 0 ? 1 : node.width() / node.shape().columns();
  }

  private static int product(Shape shape, int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product *= shape.size(i);
    }
    return product;
  }

  /** The product of some sizes. */
  static int product(int[] sizes, int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product *= sizes[i];
    }
    return product;
  }
}
