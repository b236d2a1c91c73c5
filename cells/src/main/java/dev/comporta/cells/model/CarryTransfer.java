package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies the state of a {@link Carry} to a tape before a chunk and back after it. */
final class CarryTransfer {
  private final Tape tape;

  CarryTransfer(Tape tape) {
    this.tape = tape;
  }

  /** Which rows are before their first timestep, or null if all are. */
  @Nullable Tensor beginning(Carry carry) {
    boolean all = true;
    for (boolean fresh : carry.fresh()) {
      all &= fresh;
    }
    return all ? null : freshRows(carry, false);
  }

  private TapeTensor freshRows(Carry carry, boolean all) {
    TapeTensor fresh = tape.filled(Shape.of(carry.batch(), 1), 0);
    for (int row = 0; row < carry.batch() && tape.computes(); row++) {
      fresh.data()[fresh.offset() + row] = all || carry.fresh()[row] ? 1 : 0;
    }
    return fresh;
  }

  /** The initial state of a layer if there is no carry. */
  CellState start(Slot slot, int batch, RunContext context) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (StateSpec part : slot.carry()) {
      Shape shape = Shape.of(batch, part.size()).named("batch", part.name());
      Tensor zeros = tape.filled(shape, 0);
      String learned = part.initial();
      parts.put(part.name(), learned == null ? zeros : zeros.plus(context.parameter(learned)));
    }
    return CellState.of(parts);
  }

  /**
   * The state of a layer before a chunk. What a backward cell left is the state at the first
   * timestep of the chunk before, so that only rows without such a chunk read their carry.
   */
  CellState state(Slot slot, Carry carry, RunContext context) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (StateSpec part : slot.carry()) {
      float[] values = carryPart(carry, slot.prefix() + part.name());
      // Copied: the carry is overwritten by the state after the chunk before backward reads it.
      int columns = StepShapes.columns(part, context.memories());
      Shape shape = Shape.of(carry.batch(), columns).named("batch", part.name());
      if (part.memory() == null && values.length != shape.count() && tape.computes()) {
        throw new ShapeException(
            formatted(
                "[model] expected a carry with %s of %s but it has %d values; was it made for another model?",
                slot.prefix() + part.name(), shape, values.length));
      }
      TapeTensor before = tape.result(shape, false);
      if (tape.computes()) {
        copyRows(values, before.data(), before.offset(), carry.batch(), columns);
        if (part.backward()) {
          clearSeen(before, carry);
        }
      }
      parts.put(part.name(), startOf(part, before, carry, context));
    }
    return CellState.of(parts);
  }

  /**
   * Copies rows with a different number of positions: additional positions are zero, and removed
   * ones were padding.
   */
  private static void copyRows(float[] from, float[] to, int toStart, int rows, int columns) {
    int before = from.length / Math.max(1, rows);
    if (before == columns) {
      System.arraycopy(from, 0, to, toStart, rows * columns);
      return;
    }
    Arrays.fill(to, toStart, toStart + rows * columns, 0);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(from, row * before, to, toStart + row * columns, Math.min(before, columns));
    }
  }

  private Tensor startOf(StateSpec part, TapeTensor before, Carry carry, RunContext context) {
    String learned = part.initial();
    if (learned == null) {
      return before;
    }
    return freshRows(carry, part.backward()).select(context.parameter(learned), before);
  }

  /** Zeros for rows that have seen a timestep. */
  private static void clearSeen(TapeTensor state, Carry carry) {
    int columns = state.shape().columns();
    for (int row = 0; row < carry.batch(); row++) {
      if (!carry.fresh()[row]) {
        int from = state.offset() + row * columns;
        Arrays.fill(state.data(), from, from + columns, 0);
      }
    }
  }

  /** Stores the state of a layer after a chunk. */
  void store(Slot slot, CellState state, Carry carry) {
    if (!tape.computes()) {
      return;
    }
    for (StateSpec part : slot.carry()) {
      TapeTensor after = (TapeTensor) state.get(part.name());
      String name = slot.prefix() + part.name();
      if (part.memory() != null) {
        carry.resize(name, after.shape().count());
      }
      float[] values = carryPart(carry, name);
      System.arraycopy(after.data(), after.offset(), values, 0, values.length);
    }
  }

  private static float[] carryPart(Carry carry, String name) {
    float @Nullable [] values = carry.parts().get(name);
    if (values == null) {
      throw new ComportaException(
          formatted(
              "[model] expected a carry of this model but it has no part '%s'; use ModelRunner.newCarry",
              name));
    }
    return values;
  }

  /** Marks the rows that have a timestep in this batch as started. */
  static void markSeen(Batch batch, Carry carry) {
    int[] lengths = batch.lengths();
    for (int row = 0; row < carry.batch(); row++) {
      if (batch.timesteps() > 0 && (lengths == null || lengths[row] > 0)) {
        carry.fresh()[row] = false;
      }
    }
  }
}
