package dev.comporta.cells;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;

/** Validates the input of a step. */
final class Inputs {
  private Inputs() {}

  /** Rejects an input that is not {@code [batch, inputSize]}. */
  static Tensor checked(Cell cell, Tensor x) {
    return checked(cell.getClass().getSimpleName(), x, cell.inputSize());
  }

  private static Tensor checked(String cell, Tensor x, int size) {
    Shape shape = x.shape();
    if (shape.rank() != 2) {
      throw new ShapeException(
          formatted(
              "[%s.step] expected x [batch, %d] but got %s, which has %d axes; a step takes one timestep",
              cell, size, shape, shape.rank()));
    }
    if (shape.size(1) != size) {
      throw new ShapeException(
          formatted(
              "[%s.step] expected x [batch, %d] but got %s (axis 1: input size); build the cell with input size %d or pass rows of %d",
              cell, size, shape, shape.size(1), size));
    }
    return x;
  }
}
