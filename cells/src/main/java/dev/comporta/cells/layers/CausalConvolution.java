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
 * A causal convolution as a cell: its state is the part of past input that later timesteps read.
 *
 * <pre>
 * y_t    = [x_{t - (K-1) d} .. x_{t - d}] W_past + x_t W_now + b
 * past_t = [x_{t - (K-1) d + 1} .. x_t]
 * </pre>
 *
 * @param inputSize I
 * @param outputSize O
 * @param width K, 2 or more
 * @param dilation d
 * @param bias whether it has a bias b
 */
record CausalConvolution(int inputSize, int outputSize, int width, int dilation, boolean bias)
    implements Cell {
  private static final String PAST = "past";

  @Override
  public List<ParameterSpec> parameters() {
    return parameters(inputSize, outputSize, width, bias);
  }

  /**
   * The parameters of a convolution over time: W {@code [K I, O]} and, with a bias, b {@code [O]}.
   */
  static List<ParameterSpec> parameters(int inputSize, int filters, int width, boolean bias) {
    int seen = Math.multiplyExact(width, inputSize); // in range, as Window.requireBounded checked
    ParameterSpec w =
        ParameterSpec.matrix("W", seen, filters).withFans(seen, Fans.of(filters, width));
    return bias ? List.of(w, ParameterSpec.bias("b", filters)) : List.of(w);
  }

  @Override
  public List<StateSpec> state() {
    int size = Math.multiplyExact((width - 1) * dilation, inputSize); // likewise
    return List.of(StateSpec.zeros(PAST, size));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor past = state.get(PAST); // [B, (K-1) d I]
    Tensor w = context.parameter("W"); // [K I, O]
    int seen = (width - 1) * inputSize;
    Tensor y =
        x.matmul(w.slice(0, seen, seen + inputSize))
            .plus(taps(past).matmul(w.slice(0, 0, seen))); // [B, O]
    Tensor all = past.concat(-1, x);
    Tensor next = all.slice(-1, inputSize, all.shape().columns());
    return new Step(bias ? y.plus(context.parameter("b")) : y, CellState.of(PAST, next));
  }

  /** The past inputs that the window reads, oldest first: {@code [B, (K-1) I]}. */
  private Tensor taps(Tensor past) {
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
}
