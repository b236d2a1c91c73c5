package dev.comporta.cells.turing;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A controller without a state: {@code tanh(x W + b)}. Everything that it remembers is in the
 * memory.
 *
 * @param inputSize I
 * @param outputSize H
 */
record FeedForwardCell(int inputSize, int outputSize) implements Cell {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W", inputSize, outputSize), ParameterSpec.bias("b", outputSize));
  }

  @Override
  public List<StateSpec> state() {
    return List.of();
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor a = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [B, H]
    return new Step(a.tanh(), CellState.of(Map.of()));
  }
}
