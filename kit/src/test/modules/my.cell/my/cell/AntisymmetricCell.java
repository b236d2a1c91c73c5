package my.cell;

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
 * The antisymmetric RNN (Chang et al. 2019, <i>AntisymmetricRNN: A Dynamical System View on
 * Recurrent Neural Networks</i>).
 *
 * <pre>
 * h' = h + epsilon * tanh(x W + h (U - U^T - gamma I) + b)
 * </pre>
 */
public record AntisymmetricCell(int inputSize, int hiddenSize, float epsilon, float gamma)
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
    Tensor h = state.get("h"); // [B, H]
    Tensor u = context.parameter("U"); // [H, H]
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(h.matmul(u))
            .minus(h.matmulTransposed(u))
            .minus(h.times(gamma)); // [B, H]
    Tensor hNext = h.plus(a.tanh().times(epsilon));
    return new Step(hNext, CellState.of("h", hNext));
  }

  /** Options: {@code epsilon} (0.1), {@code gamma} (0.01). */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "antisymmetric";
    }

    @Override
    public String description() {
      return "Antisymmetric RNN: a stable dynamical system (Chang et al. 2019)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new AntisymmetricCell(
          inputSize,
          hiddenSize,
          (float) options.real("epsilon", 0.1, 0, 1),
          (float) options.real("gamma", 0.01, 0, 1));
    }
  }
}
