package dev.comporta.cells.plan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Brings the cotangent of a state of positions to where the timestep before reads it: when the
 * timestep at hand has read the old one.
 *
 * @param from where it was computed, or null for zeros
 * @param to where it is read
 * @param axis which axis of positions it has
 */
record PastCopy(@Nullable Place from, Place to, int axis) implements Instruction {
  @Override
  public void run(Cursor cursor, int row, int rows) {
    int count = rows * cursor.positions(axis);
    int at = cursor.positionsAt(to, row, axis, 1);
    if (from == null) {
      Arrays.fill(cursor.array(to), at, at + count, 0);
    } else {
      System.arraycopy(
          cursor.array(from), cursor.positionsAt(from, row, axis, 1), cursor.array(to), at, count);
    }
  }
}
