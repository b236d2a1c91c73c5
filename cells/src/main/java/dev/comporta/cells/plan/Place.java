package dev.comporta.cells.plan;

/**
 * Where a plane lies: a buffer and how its rows are found.
 *
 * @param buffer the number of the buffer
 * @param rows how the row of a timestep is found
 * @param width columns
 * @param column the first column, for vectors
 */
record Place(int buffer, Rows rows, int width, int column) {
  /** How the row of a timestep is found. */
  enum Rows {
    /** One row for each timestep and row of the batch. */
    TIMESTEP,
    /** The state before the timestep. */
    BEFORE,
    /** The state after the timestep. */
    AFTER,
    /** One row for each row of the batch. */
    BATCH,
    /** One row for each row of a task's tile; scratch. */
    TILE,
    /** One row for each row of a piece of a tile that fits the first-level cache; scratch. */
    PIECE,
    /** One row for all. */
    SHARED
  }
}
