package dev.comporta.cells.plan.program;

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

  /** The number of positions of an axis, padding included. */
  public int positions(int axis) {
    return positions[axis];
  }

  /** The number of positions of each axis, padding included. */
  public int[] positions() {
    return positions;
  }

  /** The number of positions of a row without padding; all of them for a row that has none. */
  public int positions(int axis, int row) {
    int[] each = lengths[axis];
    return each != null && each[row] > 0 ? each[row] : positions[axis];
  }
}
