package dev.comporta.cells.layers;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * A causal convolution as a cell, whose state is that of a delay line.
 *
 * <pre>
 * y_t = [x_{t - (K-1) d} .. x_{t - d}] W_past + x_t W_now + b
 * </pre>
 *
 * @param line holds the past inputs
 * @param outputSize O
 * @param bias whether it has a bias b
 */
record CausalConvolution(DelayLine line, int outputSize, boolean bias) implements Cell {
  @Override
  public int inputSize() {
    return line.inputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Fans.convolution(line.inputSize(), line.width(), outputSize, bias);
  }

  @Override
  public List<StateSpec> state() {
    return line.state();
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor w = context.parameter("W"); // [K I, O]
    int seen = (line.width() - 1) * line.inputSize();
    Tensor y =
        x.matmul(w.slice(0, seen, seen + line.inputSize()))
            .plus(line.taps(state).matmul(w.slice(0, 0, seen))); // [B, O]
    return new Step(bias ? y.plus(context.parameter("b")) : y, line.next(x, state));
  }
}
