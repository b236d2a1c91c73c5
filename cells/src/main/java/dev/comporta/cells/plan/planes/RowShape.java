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
    return sizes(node.shape(), node.batched() ? 1 : 0);
  }

  private static int[] sizes(Shape shape, int first) {
    int[] sizes = new int[shape.rank() - first];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.size(first + i);
    }
    return sizes;
  }

  /** The sizes of a row of a value, with an axis for each axis of a row of another value. */
  static int[] aligned(Node value, Node other) {
    return aligned(sizes(value), other);
  }

  /** The same for a shape without a batch. */
  static int[] aligned(Shape shape, Node other) {
    return aligned(sizes(shape, 0), other);
  }

  private static int[] aligned(int[] own, Node other) {
    int[] aligned = new int[sizes(other).length];
    for (int i = 1; i <= aligned.length; i++) {
      aligned[aligned.length - i] = i <= own.length ? own[own.length - i] : 1;
    }
    return aligned;
  }

  /** The parts of a row that each hold all indices of an axis. */
  static int outer(Shape shape, int axis) {
    return product(shape, 1, axis);
  }

  /** The columns of one index of an axis. */
  static int inner(Shape shape, int axis) {
    return product(shape, axis + 1, shape.rank());
  }

  /** Whether some indices of an axis are one range of columns. */
  static boolean isRange(Node node, int axis) {
    return outer(node.shape(), axis) == 1;
  }

  private static int product(Shape shape, int from, int to) {
    int product = 1;
    for (int i = from; i < to; i++) {
      product *= shape.size(i);
    }
    return product;
  }
}
