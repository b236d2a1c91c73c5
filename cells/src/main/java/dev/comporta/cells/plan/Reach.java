package dev.comporta.cells.plan;

import org.jspecify.annotations.Nullable;

/** How far the memories of a run reach: the positions of each axis, and of each row. */
final class Reach {
  /** No memories. */
  static final Reach NONE = new Reach(new int[0], new int[0][]);

  private final int[] positions;
  private final int[] @Nullable [] lengths;

  /**
   * The positions of a run.
   *
   * @param positions of each axis
   * @param lengths of each axis, one for each row in the order of the run; null where rows are not
   *     padded
   */
  Reach(int[] positions, int[] @Nullable [] lengths) {
    this.positions = positions;
    this.lengths = lengths;
  }

  int positions(int axis) {
    return positions[axis];
  }

  int[] positions() {
    return positions;
  }

  /** Tells a frame how many positions a row has: all, unless padding has no influence. */
  void enter(MemoryFrame frame, MemoryProgram program, int row) {
    for (int axis = 0; axis < positions.length; axis++) {
      int[] each = lengths[axis];
      boolean shorter = each != null && program.skipsPadding() && each[row] > 0;
      frame.setPositions(axis, shorter ? each[row] : positions[axis]);
    }
  }
}
