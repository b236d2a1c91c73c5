package dev.comporta.cells.plan.program;

/**
 * Where a value is stored: a buffer and how its rows are found. Buffers are used again, so that one
 * place holds one value after the other: two equal places are one value only if nothing was written
 * between.
 *
 * @param buffer the number of the buffer
 * @param rows how rows are addressed
 * @param width the number of columns
 * @param column the first column, for vectors
 */
public record Place(int buffer, Rows rows, int width, int column) {
  /** How rows are addressed. */
  public enum Rows {
    /** One row for each timestep and row of the batch. */
    TIMESTEP,
    /** The state before the timestep. */
    BEFORE,
    /** The state after the timestep. */
    AFTER,
    /** One row for each row of the batch. */
    BATCH,
    /** One row for each row of a task's tile, in scratch memory. */
    TILE,
    /** One row for each row of a block of a tile that fits into the L1 cache, in scratch memory. */
    PIECE,
    /** One row for all. */
    SHARED
  }

  /** Whether a value written to one of two places may be read from the other. */
  public boolean overlaps(Place other) {
    return buffer == other.buffer && rows == other.rows;
  }
}
