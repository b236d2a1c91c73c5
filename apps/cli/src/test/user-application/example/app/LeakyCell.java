package example.app;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/** h' = h + a * (tanh(x W + h U + b) - h), with a learned leak a = sigmoid(l). */
public record LeakyCell(int inputSize, int outputSize) implements Cell {
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W", inputSize, outputSize),
        ParameterSpec.matrix("U", outputSize, outputSize),
        ParameterSpec.bias("b", outputSize),
        ParameterSpec.bias("l", outputSize));
  }

  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", outputSize));
  }

  public Step step(Tensor x, CellState state, StepContext p) {
    Tensor h = state.get("h"); // [B, H]
    Tensor product = x.matmul(p.parameter("W")).plus(h.matmul(p.parameter("U")));
    Tensor candidate = product.plus(p.parameter("b")).tanh(); // [B, H]
    Tensor hNext = h.plus(p.parameter("l").sigmoid().times(candidate.minus(h)));
    return new Step(hNext, CellState.of("h", hNext));
  }

  public static final class Provider implements CellProvider {
    public String name() {
      return "leaky";
    }

    public String description() {
      return "A recurrent cell whose units leak";
    }

    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new LeakyCell(inputSize, hiddenSize);
    }
  }
}
