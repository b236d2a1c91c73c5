package dev.comporta.cells.plan.program;

/** The contents of a numbered buffer; the arrays belong to a run or a stream. */
public sealed interface Buffer {
  /** The number of columns; 1 for one number per position. */
  int width();

  /** Values of all timesteps, computed by the program. */
  record Timesteps(int width) implements Buffer {}

  /** A part of the state, before the first and after every timestep. */
  record State(String name, int width) implements Buffer {}

  /** The cotangent of a part of the state. */
  record StateCotangent(String name, int width) implements Buffer {}

  /** The cotangent of the output at all timesteps. */
  record OutputCotangent(int width) implements Buffer {}

  /** Values of all timesteps, computed before the loop. */
  record Before(Value value, int width) implements Buffer {}

  /** A mask of the sequence. */
  record SequenceMask(Value value, int width) implements Buffer {}

  /** A parameter vector. */
  record Vector(Value value, int width) implements Buffer {}

  /** A value that depends on memories only, with rows in the order of the run. */
  record OfMemory(Value value, int width) implements Buffer {}

  /** The gradient of a value of memories. */
  record OfMemoryGradient(Value value, int width) implements Buffer {}

  /** The gradient of a parameter vector, one for each row of the batch. */
  record RowGradient(Value value, int width) implements Buffer {}

  /** Something with one number for each position of a memory. */
  sealed interface WithPositions extends Buffer {
    /** The axis of positions. */
    int axis();

    @Override
    default int width() {
      return 1;
    }
  }

  /** Numbers of all timesteps; several of the same axis are distinguished by a number. */
  record Positions(int number, int axis) implements WithPositions {}

  /** A state of positions, before the first and after every timestep. */
  record Past(String name, int axis) implements WithPositions {}

  /** The cotangent of a state of positions from the next timestep. */
  record PastCotangent(String name, int axis) implements WithPositions {}

  /** The cotangent of a state of positions for the previous timestep. */
  record PastCotangentNext(String name, int axis) implements WithPositions {}

  /** Scratch memory of a task, one row for each row of its tile. */
  record Tile(int width) implements Buffer {}

  /** Scratch memory of a task, one row for each row of a block of its tile. */
  record Piece(int width) implements Buffer {}
}
