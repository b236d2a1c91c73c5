package dev.comporta.cells.plan.program;

import dev.comporta.api.tensor.Shape;
import java.util.List;

/**
 * The shape of a value whose numbers of rows and of positions are known in a run only.
 *
 * @param traced the shape with the sizes that it was traced with
 * @param axes for each axis where its size comes from: {@link #FIXED}, {@link #ROWS}, or the number
 *     of an axis of positions
 */
public record Sizes(Shape traced, List<Integer> axes) {
  /** The size is as traced. */
  public static final int FIXED = -1;

  /** The size is the number of rows. */
  public static final int ROWS = -2;

  /**
   * The shape in a run.
   *
   * @param rows the number of rows
   * @param positions the number of positions of each axis of positions
   */
  public Shape at(int rows, int[] positions) {
    Shape shape = traced;
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i);
      if (axis == ROWS) {
        shape = shape.with(i, rows);
      } else if (axis != FIXED) {
        shape = shape.with(i, positions[axis]);
      }
    }
    return shape;
  }
}
