package dev.comporta.cells.layers;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * A tapped delay line as a cell: its state is the part of past input that later timesteps read.
 *
 * <pre>
 * y_t    = [x_{t - (K-1) d} .. x_{t - d}, x_t]
 * past_t = [x_{t - (K-1) d + 1} .. x_t]
 * </pre>
 *
 * @param inputSize I
 * @param width K, 2 or more
 * @param dilation d
 */
record DelayLine(int inputSize, int width, int dilation) implements Cell {
  private static final String PAST = "past";

  @Override
  public int outputSize() {
    return Math.multiplyExact(width, inputSize); // in range, as Window.read checked
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public List<StateSpec> state() {
    int size = Math.multiplyExact((width - 1) * dilation, inputSize); // likewise
    return List.of(StateSpec.zeros(PAST, size));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    return new Step(taps(state).concat(-1, x), next(x, state));
  }

  /** The past inputs that a window reads, oldest first: {@code [B, (K-1) I]}. */
  Tensor taps(CellState state) {
    Tensor past = state.get(PAST); // [B, (K-1) d I]
    if (dilation == 1 || width == 2) {
      return width == 2 && dilation > 1 ? past.slice(-1, 0, inputSize) : past;
    }
    Tensor[] others = new Tensor[width - 2];
    for (int k = 1; k < width - 1; k++) {
      int from = k * dilation * inputSize;
      others[k - 1] = past.slice(-1, from, from + inputSize);
    }
    return past.slice(-1, 0, inputSize).apply(new Op.Concat(1), others);
  }

  /** The state after a timestep. */
  CellState next(Tensor x, CellState state) {
    Tensor all = state.get(PAST).concat(-1, x);
    return CellState.of(PAST, all.slice(-1, inputSize, all.shape().columns()));
  }
}
