package dev.comporta.cells.plan.memory;

import dev.comporta.cells.plan.program.Value;
import java.util.List;

/**
 * A program that computes values from memories for one row of the batch at one timestep. Values are
 * matrices of positions by columns, single rows, or numbers, each in a slot.
 *
 * @param number the program's number in its plan
 * @param slots the number of slots
 * @param inputs the slots that are filled from outside
 * @param operations the operations, in order
 * @param stored the values of positions that are stored for other programs and for observers
 * @param kept the values of states of positions that are passed to another timestep
 * @param rows the slots of single rows, concatenated in the program's result
 * @param width the columns of the result
 * @param sinks the contributions to gradients
 * @param scratch the scratch memory of slots computed here, which depends on the number of
 *     positions
 * @param skipsPadding whether padding has no effect, so that it is skipped
 */
public record MemoryProgram(
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
   * @param axis its axis of positions, or -1 for a single row
   * @param columns the number of features
   */
  public record Slot(int id, int axis, int columns) {}

  /** The scratch memory of a slot: that of an earlier slot, or its own. */
  record Room(Slot slot, int place, boolean first) {}

  /** An input of the program. */
  public sealed interface Input {
    /** The slot that receives it. */
    Slot slot();
  }

  /** A number. */
  public record Fixed(Slot slot, float value) implements Input {}

  /** The row of a plane: the i-th operand of the plane that stands for the program. */
  public record PlaneRow(Slot slot, int operand) implements Input {}

  /** A value that depends on parameters only, the same for all rows. */
  public record Shared(Slot slot, Value value) implements Input {}

  /** A value that depends on memories only. */
  public record Remembered(Slot slot, Value value) implements Input {}

  /** A value of positions that another program {@linkplain Stored stored} at this timestep. */
  public record Recalled(Slot slot, int number) implements Input {}

  /**
   * A state of positions before the step, or the cotangent of one after it, from another timestep.
   */
  public record Past(Slot slot, String state, boolean cotangent) implements Input {}

  /** A value that another timestep reads as {@link Past}. */
  public record Kept(Slot slot, String state, boolean cotangent) {}

  /** A value of positions that is stored at every timestep, under a number. */
  public record Stored(Slot slot, int number) {}

  /** A contribution to a gradient. */
  public sealed interface Sink {
    /** The value whose gradient it is. */
    Value value();
  }

  /** {@code dMemory += x}. */
  public record MemorySink(Value value, Slot x) implements Sink {}

  /** {@code dMemory[s, .] += weights[s] * row}. */
  public record OuterSink(Value value, Slot weights, Slot row) implements Sink {}

  /** {@code dVector += sum of rows of x}. */
  public record ColumnSink(Value value, Slot x) implements Sink {}

  /** {@code dVector += sum_s weights[s] * x[s, .]}. */
  public record WeightedSink(Value value, Slot weights, Slot x) implements Sink {}

  /** The same program restricted to the positions of each row, without padding. */
  MemoryProgram skippingPadding() {
    return new MemoryProgram(
        number, slots, inputs, operations, stored, kept, rows, width, sinks, scratch, true);
  }

  /** The floats of scratch memory per task. */
  public int scratchFloats(int[] positions) {
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

  /** The number of floating-point operations per row. */
  public double operations(int[] positions) {
    double sum = 0;
    for (MemoryOperation operation : operations) {
      long elements = count(operation.y(), positions);
      for (Slot operand : operation.operands()) {
        elements = Math.max(elements, count(operand, positions));
      }
      sum += operation.operationsPerElement() * elements;
    }
    return sum;
  }

  /** The approximate number of multiply-adds per row. */
  public long cost(int[] positions) {
    long cost = 0;
    for (MemoryOperation operation : operations) {
      cost += 16L * count(operation.y(), positions);
    }
    return cost;
  }
}
