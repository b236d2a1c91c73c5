package dev.comporta.cells.plan.memory;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.cells.plan.program.Instruction;
import dev.comporta.cells.plan.program.Reach;

/**
 * The slots of a memory program during its execution: the location of each one for the current row.
 */
final class MemoryFrame implements Instruction.Frame {
  private final TensorBackend backend;
  private final float[][] arrays;
  private final int[] starts;

  private final boolean skipsPadding;

  /** The number of positions of the current row, per axis. */
  private final int[] positions;

  MemoryFrame(
      MemoryProgram program, TensorBackend backend, float[] scratch, int offset, int[] positions) {
    this.backend = backend;
    this.arrays = new float[program.slots()][];
    this.starts = new int[program.slots()];
    this.positions = positions.clone();
    this.skipsPadding = program.skipsPadding();
    int[] places = new int[program.slots()];
    int at = offset;
    for (MemoryProgram.Room room : program.scratch()) {
      if (room.first()) {
        places[room.place()] = at;
        at += MemoryProgram.count(room.slot(), positions);
      }
      put(room.slot(), scratch, places[room.place()]);
    }
    for (MemoryProgram.Input input : program.inputs()) {
      if (input instanceof MemoryProgram.Fixed number) {
        put(number.slot(), new float[] {number.value()}, 0);
      }
    }
  }

  void put(MemoryProgram.Slot slot, float[] array, int start) {
    arrays[slot.id()] = array;
    starts[slot.id()] = start;
  }

  /** Sets the number of positions of a row: all of them, unless padding can be skipped. */
  void enter(Reach reach, int row) {
    for (int axis = 0; axis < positions.length; axis++) {
      positions[axis] = skipsPadding ? reach.positions(axis, row) : reach.positions(axis);
    }
  }

  TensorBackend backend() {
    return backend;
  }

  float[] array(MemoryProgram.Slot slot) {
    return arrays[slot.id()];
  }

  int at(MemoryProgram.Slot slot) {
    return starts[slot.id()];
  }

  /** The number of rows of the slot's matrix. */
  int rows(MemoryProgram.Slot slot) {
    return slot.axis() < 0 ? 1 : positions[slot.axis()];
  }

  int count(MemoryProgram.Slot slot) {
    return rows(slot) * slot.columns();
  }
}
