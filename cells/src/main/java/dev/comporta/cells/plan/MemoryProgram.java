package dev.comporta.cells.plan;

import java.util.List;

/**
 * What is computed from memories for one row of the batch at one timestep. Values are matrices of
 * positions by columns, single rows, or numbers, each in a slot.
 *
 * @param number a number of its own among the programs of a plan
 * @param slots how many slots there are
 * @param inputs slots that are filled from outside
 * @param operations in order
 * @param stored values of positions that are stored for other programs and for observers
 * @param kept values of states of positions that are left for another timestep
 * @param rows slots of single rows, side by side in the program's result
 * @param width columns of the result
 * @param sinks what is added to gradients
 * @param scratch the room of slots computed here, by the number of positions
 * @param skipsPadding whether positions that are padding have no influence, so that they are left
 *     out
 */
record MemoryProgram(
    int number,
    int slots,
    List<Input> inputs,
    List<MemoryOperation> operations,
    List<Stored> stored,
    List<Kept> kept,
    List<Slot> rows,
    int width,
    List<Sink> sinks,
    List<Room> scratch,
    boolean skipsPadding) {

  /**
   * A value of one row of the batch.
   *
   * @param id its number
   * @param axis which axis of positions it has, or -1 for a single row
   * @param columns features
   */
  record Slot(int id, int axis, int columns) {}

  /** Room for a slot: the same room as that of an earlier one, or room of its own. */
  record Room(Slot slot, int place, boolean first) {}

  /** Something from outside. */
  sealed interface Input {
    /** Where it is put. */
    Slot slot();
  }

  /** A number. */
  record Fixed(Slot slot, float value) implements Input {}

  /** The row of a plane: the i-th operand of the plane that stands for the program. */
  record PlaneRow(Slot slot, int operand) implements Input {}

  /** A value of parameters alone, the same for all rows. */
  record Shared(Slot slot, Node node) implements Input {}

  /** A value of memories alone. */
  record Remembered(Slot slot, Node node) implements Input {}

  /** A value of positions that another program stored at this timestep. */
  record Recalled(Slot slot, Node node) implements Input {}

  /**
   * A state of positions before the step, or the cotangent of one after it, as another timestep
   * left it.
   */
  record Past(Slot slot, Node leaf) implements Input {}

  /** What another timestep finds as {@link Past}. */
  record Kept(Slot slot, Node leaf) {}

  /** A value of positions that is stored at every timestep. */
  record Stored(Slot slot, Node node) {}

  /** What is added to a gradient. */
  sealed interface Sink {
    /** What the gradient belongs to. */
    Node node();
  }

  /** {@code dMemory += x}. */
  record MemorySink(Node node, Slot x) implements Sink {}

  /** {@code dMemory[s, .] += weights[s] * row}. */
  record OuterSink(Node node, Slot weights, Slot row) implements Sink {}

  /** {@code dVector += sum of rows of x}. */
  record ColumnSink(Node node, Slot x) implements Sink {}

  /** {@code dVector += sum_s weights[s] * x[s, .]}. */
  record WeightedSink(Node node, Slot weights, Slot x) implements Sink {}

  /** The same program over the positions of each row alone. */
  MemoryProgram skippingPadding() {
    return new MemoryProgram(
        number, slots, inputs, operations, stored, kept, rows, width, sinks, scratch, true);
  }

  /** The floats of scratch that one task needs. */
  int scratchFloats(int[] positions) {
    int floats = 0;
    for (Room room : scratch) {
      if (room.first()) {
        floats += count(room.slot(), positions);
      }
    }
    return floats;
  }

  static int count(Slot slot, int[] positions) {
    return slot.axis() < 0 ? slot.columns() : positions[slot.axis()] * slot.columns();
  }

  /** Multiply-adds, roughly, of one row. */
  long cost(int[] positions) {
    long cost = 0;
    for (MemoryOperation operation : operations) {
      cost += 16L * count(operation.y(), positions);
    }
    return cost;
  }
}
