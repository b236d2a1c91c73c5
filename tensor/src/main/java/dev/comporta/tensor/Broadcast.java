package dev.comporta.tensor;

import dev.comporta.api.tensor.Shape;

/**
 * The iteration scheme of broadcast operands: the result is a number of rows of {@code inner}
 * elements, along which each operand either advances or repeats one element.
 */
final class Broadcast {
  private final int inner;
  private final int outer;

  /** Sizes of the outer axes, innermost last. */
  private final int[] sizes;

  /** For each operand, elements from one index of an outer axis to the next; 0 where it repeats. */
  private final int[][] strides;

  private final boolean[] repeats;

  private Broadcast(int inner, int outer, int[] sizes, int[][] strides, boolean[] repeats) {
    this.inner = inner;
    this.outer = outer;
    this.sizes = sizes;
    this.strides = strides;
    this.repeats = repeats;
  }

  static Broadcast of(Shape result, Shape... operands) {
    int rank = result.rank();
    // Merge the innermost axes along which every operand behaves alike into one row.
    int rowAxes = 0;
    long width = 1;
    boolean[] repeats = new boolean[operands.length];
    while (rowAxes < rank) {
      int axis = rowAxes + 1;
      if (rowAxes > 0 && !alike(result, operands, axis, repeats)) {
        break;
      }
      if (rowAxes == 0) {
        for (int i = 0; i < operands.length; i++) {
          repeats[i] = result.size(-1) != 1 && sizeFromEnd(operands[i], 1) == 1;
        }
      }
      width *= result.size(-axis);
      rowAxes++;
    }
    int outerRank = rank - rowAxes;
    int[] sizes = new int[outerRank];
    int outer = 1;
    for (int axis = 0; axis < outerRank; axis++) {
      sizes[axis] = result.size(axis);
      outer *= sizes[axis];
    }
    int[][] strides = new int[operands.length][outerRank];
    for (int i = 0; i < operands.length; i++) {
      int stride = 1;
      for (int fromEnd = 1; fromEnd <= rank; fromEnd++) {
        int size = sizeFromEnd(operands[i], fromEnd);
        if (fromEnd > rowAxes) {
          strides[i][rank - fromEnd] = size == 1 ? 0 : stride;
        }
        stride *= size;
      }
    }
    return new Broadcast((int) width, outer, sizes, strides, repeats);
  }

  private static boolean alike(Shape result, Shape[] operands, int fromEnd, boolean[] repeats) {
    for (int i = 0; i < operands.length; i++) {
      int size = sizeFromEnd(operands[i], fromEnd);
      boolean full = size == result.size(-fromEnd);
      if (repeats[i] ? size != 1 : !full) {
        return false;
      }
    }
    return true;
  }

  private static int sizeFromEnd(Shape shape, int fromEnd) {
    return fromEnd <= shape.rank() ? shape.size(-fromEnd) : 1;
  }

  /** Elements of a row. */
  int inner() {
    return inner;
  }

  /** Number of rows. */
  int outer() {
    return outer;
  }

  /** Whether the operand repeats one element along a row. */
  boolean repeats(int operand) {
    return repeats[operand];
  }

  /** The offset of the operand's row. */
  int offset(int operand, int row) {
    int offset = 0;
    int rest = row;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      offset += rest % sizes[axis] * strides[operand][axis];
      rest /= sizes[axis];
    }
    return offset;
  }
}
