package dev.comporta.cells.plan.memory;

import org.jspecify.annotations.Nullable;

/** The number of positions of a run's memories, per axis and per row. */
public final class Reach {
  /** No memories. */
  public static final Reach NONE = new Reach(new int[0], new int[0][]);

  private final int[] positions;
  private final int[] @Nullable [] lengths;

  /**
   * Creates the positions of a run.
   *
   * @param positions the number of positions of each axis
   * @param lengths for each axis, one length per row in the order of the run, or null if no row is
   *     padded
   */
  public Reach(int[] positions, int[] @Nullable [] lengths) {
    this.positions = positions;
    this.lengths = lengths;
  }

  public int positions(int axis) {
    return positions[axis];
  }

  public int[] positions() {
    return positions;
  }

  /**
   * Sets the number of positions of a row in a frame: all of them, unless padding can be skipped.
   */
  public void enter(MemoryFrame frame, MemoryProgram program, int row) {
    for (int axis = 0; axis < positions.length; axis++) {
      int[] each = lengths[axis];
      boolean shorter = each != null && program.skipsPadding() && each[row] > 0;
      frame.setPositions(axis, shorter ? each[row] : positions[axis]);
    }
  }
}
