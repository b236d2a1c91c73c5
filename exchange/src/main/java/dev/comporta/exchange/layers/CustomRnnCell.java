package dev.comporta.exchange.layers;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * {@code custom-rnn}: a simple recurrent network with any activation function of other tools.
 *
 * <pre>
 * h' = activation(x W + h U + b)
 * </pre>
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param activation the function
 */
public record CustomRnnCell(int inputSize, int hiddenSize, Nonlinearity activation)
    implements Cell {
  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W", inputSize, hiddenSize),
        ParameterSpec.matrix("U", hiddenSize, hiddenSize),
        ParameterSpec.bias("b", hiddenSize));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(state.get("h").matmul(context.parameter("U"))); // [B, H]
    Tensor hNext = context.observe("h", activation.apply(context.observe("a", a)));
    return new Step(hNext, CellState.of("h", hNext));
  }

  /** Option: {@code activation} (tanh); see {@link Nonlinearity}. */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "custom-rnn";
    }

    @Override
    public String description() {
      return "A simple recurrent network with any activation function, for imported models";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new CustomRnnCell(
          inputSize, hiddenSize, Nonlinearity.read(options, "activation", Nonlinearity.TANH));
    }
  }
}
