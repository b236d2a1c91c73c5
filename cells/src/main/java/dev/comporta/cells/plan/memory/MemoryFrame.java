package dev.comporta.cells.plan.memory;

import dev.comporta.api.tensor.TensorBackend;

/**
 * The slots of a memory program during its execution: the location of each one for the current row.
 */
public final class MemoryFrame {
  private final TensorBackend backend;
  private final float[][] arrays;
  private final int[] starts;

  /** The number of positions of the current row, per axis. */
  private final int[] positions;

  public MemoryFrame(
      MemoryProgram program, TensorBackend backend, float[] scratch, int offset, int[] positions) {
    this.backend = backend;
    this.arrays = new float[program.slots()][];
    this.starts = new int[program.slots()];
    this.positions = positions.clone();
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

  public void put(MemoryProgram.Slot slot, float[] array, int start) {
    arrays[slot.id()] = array;
    starts[slot.id()] = start;
  }

  /** Sets the number of positions of the current row. */
  void setPositions(int axis, int count) {
    positions[axis] = count;
  }

  public TensorBackend backend() {
    return backend;
  }

  public float[] array(MemoryProgram.Slot slot) {
    return arrays[slot.id()];
  }

  public int at(MemoryProgram.Slot slot) {
    return starts[slot.id()];
  }

  /** The number of rows of the slot's matrix. */
  public int rows(MemoryProgram.Slot slot) {
    return slot.axis() < 0 ? 1 : positions[slot.axis()];
  }

  public int count(MemoryProgram.Slot slot) {
    return rows(slot) * slot.columns();
  }
}
