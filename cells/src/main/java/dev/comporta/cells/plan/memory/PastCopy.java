package dev.comporta.cells.plan.memory;

import dev.comporta.cells.plan.program.Cursor;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Place;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Copies the cotangent of a state of positions to the place from which the previous timestep reads
 * it, after the current timestep has read the old value.
 *
 * @param from the place of the new cotangent, or null for zeros
 * @param to the place to copy it to
 * @param axis its axis of positions
 */
public record PastCopy(@Nullable Place from, Place to, int axis) implements Instruction {
  @Override
  public void run(Cursor cursor, int row, int rows) {
    int count = rows * cursor.reach().positions(axis);
    int at = cursor.positionsAt(to, row, axis, 1);
    if (from == null) {
      Arrays.fill(cursor.array(to), at, at + count, 0);
    } else {
      System.arraycopy(
          cursor.array(from), cursor.positionsAt(from, row, axis, 1), cursor.array(to), at, count);
    }
  }
}
