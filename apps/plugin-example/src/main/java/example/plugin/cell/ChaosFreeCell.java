package example.plugin.cell;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;

/**
 * The chaos-free network (Laurent and von Brecht 2017, <i>A Recurrent Neural Network without
 * Chaos</i>, eq. 2 and 3): without an input, its state decays to zero.
 *
 * <pre>
 * f  = sigmoid(x W_f + h U_f + b_f)
 * i  = sigmoid(x W_i + h U_i + b_i)
 * h' = f * tanh(h) + i * tanh(x W)
 * </pre>
 *
 * <p>Parameters: W_f, W_i and W {@code [I, H]}, U_f and U_i {@code [H, H]}, b_f and b_i {@code [H]};
 * b_f starts at the option {@code forget-bias}. State: h {@code [B, H]}, which is also the output.
 * Observed: f, i.
 *
 * @param inputSize I
 * @param outputSize H
 * @param forgetBias the initial value of b_f; the paper has 1
 */
public record ChaosFreeCell(int inputSize, int outputSize, double forgetBias) implements Cell {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W_f", inputSize, outputSize),
        ParameterSpec.matrix("W_i", inputSize, outputSize),
        ParameterSpec.matrix("W", inputSize, outputSize),
        ParameterSpec.matrix("U_f", outputSize, outputSize).initializedBy(Spec.of("orthogonal")),
        ParameterSpec.matrix("U_i", outputSize, outputSize).initializedBy(Spec.of("orthogonal")),
        ParameterSpec.bias("b_f", outputSize)
            .initializedBy(Spec.of("constant").with("value", forgetBias)),
        ParameterSpec.bias("b_i", outputSize));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", outputSize));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext p) {
    Tensor h = state.get("h"); // [B, H]

    Tensor f = gate("f", x, h, p); // [B, H]
    Tensor i = gate("i", x, h, p);
    Tensor hNext = f.times(h.tanh()).plus(i.times(x.matmul(p.parameter("W")).tanh()));
    return new Step(hNext, CellState.of("h", hNext));
  }

  private static Tensor gate(String name, Tensor x, Tensor h, StepContext p) {
    Tensor sum = x.matmul(p.parameter("W_" + name)).plus(h.matmul(p.parameter("U_" + name)));
    return p.observe(name, sum.plus(p.parameter("b_" + name)).sigmoid());
  }

  /** Makes cells of this kind. Option: {@code forget-bias} (default 1). */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "chaos-free";
    }

    @Override
    public String description() {
      return "Chaos-free network: two gates and a state that decays (Laurent and von Brecht 2017)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new ChaosFreeCell(inputSize, hiddenSize, options.real("forget-bias", 1, -20, 20));
    }
  }
}
