package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.Memory;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.cells.plan.trace.StepResults;
import java.util.Map;

/** Checks that the inputs and results of a cell match its declaration. */
final class StepShapes {
  private StepShapes() {}

  static void requireInput(Cell cell, Shape input) {
    if (input.columns() != cell.inputSize()) {
      throw new ShapeException(
          formatted(
              "[%s.step] expected x [timesteps, batch, %d] but got %s (axis 2: input size)",
              label(cell), cell.inputSize(), input));
    }
  }

  static void requireMemories(Cell cell, Map<String, Memory> memories, int batch) {
    for (String name : cell.memories()) {
      if (!memories.containsKey(name)) {
        throw new UnknownNameException("memory", name, memories.keySet());
      }
    }
    memories.forEach((name, memory) -> {
      if (memory.values().shape().size(0) != batch) {
        throw new ShapeException(
            formatted(
                "[%s.step] expected a memory '%s' of %d rows, as many as the batch, but got %s",
                label(cell), name, batch, memory.values().shape()));
      }
    });
  }

  static void requireResult(Cell cell, Cell.Step step, int batch, Map<String, Memory> memories) {
    StepResults.require(cell, step);
    requireShape(cell, "output", step.output().shape(), batch, cell.outputSize());
    for (StateSpec part : cell.state()) {
      requireShape(
          cell,
          "state " + part.name(),
          step.state().get(part.name()).shape(),
          batch,
          columns(part, memories));
    }
  }

  /** The number of columns of a part of the state, which may depend on a memory. */
  static int columns(StateSpec part, Map<String, Memory> memories) {
    String name = part.memory();
    if (name == null) {
      return part.size();
    }
    Memory memory = memories.get(name);
    if (memory == null) {
      throw new UnknownNameException("memory", name, memories.keySet());
    }
    return memory.values().shape().size(1);
  }

  private static void requireShape(Cell cell, String what, Shape shape, int batch, int size) {
    if (!shape.equals(Shape.of(batch, size))) {
      throw new ShapeException(
          formatted(
              "[%s.step] expected %s [batch %d, %d] but the step returned %s; compare it with the cell's declaration",
              label(cell), what, batch, size, shape));
    }
  }

  static String label(Cell cell) {
    return cell.getClass().getSimpleName();
  }
}
