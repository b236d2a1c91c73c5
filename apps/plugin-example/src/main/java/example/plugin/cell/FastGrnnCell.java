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
 * FastGRNN (Kusupati et al. 2018, <i>FastGRNN: A Fast, Accurate, Stable and Tiny Kilobyte Sized
 * Gated Recurrent Neural Network</i>, eq. 4): the gate and the candidate share their kernels, so
 * that a cell has as many parameters as a plain RNN and a few.
 *
 * <pre>
 * a  = x W + h U
 * z  = sigmoid(a + b_z)
 * n  = tanh(a + b_n)
 * h' = (zeta (1 - z) + nu) * n + z * h        zeta = sigmoid(zeta_0), nu = sigmoid(nu_0)
 * </pre>
 *
 * <p>Parameters: W {@code [I, H]}, U {@code [H, H]}, b_z and b_n {@code [H]}, zeta_0 and nu_0 {@code
 * [1]}, which start at 1 and -4 as in the paper. State: h {@code [B, H]}, which is also the output.
 * Observed: z, n.
 *
 * @param inputSize I
 * @param outputSize H
 */
// @start region="cell"
public record FastGrnnCell(int inputSize, int outputSize) implements Cell {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W", inputSize, outputSize),
        ParameterSpec.matrix("U", outputSize, outputSize).initializedBy(Spec.of("orthogonal")),
        ParameterSpec.bias("b_z", outputSize),
        ParameterSpec.bias("b_n", outputSize),
        ParameterSpec.bias("zeta_0", 1).initializedBy(Spec.of("constant").with("value", 1.0)),
        ParameterSpec.bias("nu_0", 1).initializedBy(Spec.of("constant").with("value", -4.0)));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", outputSize));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext p) {
    Tensor h = state.get("h"); // [B, H]
    Tensor zeta = p.parameter("zeta_0").sigmoid(); // [1]
    Tensor nu = p.parameter("nu_0").sigmoid(); // [1]

    Tensor a = x.matmul(p.parameter("W")).plus(h.matmul(p.parameter("U"))); // [B, H]
    Tensor z = a.plus(p.parameter("b_z")).sigmoid();
    Tensor n = a.plus(p.parameter("b_n")).tanh();
    p.observe("z", z);
    p.observe("n", n);

    Tensor hNext = z.complement().times(zeta).plus(nu).times(n).plus(z.times(h));
    return new Step(hNext, CellState.of("h", hNext));
  }
  // @end region="cell"

  // @start region="provider"
  /** Makes cells of this kind; they have no options. */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "fast-grnn";
    }

    @Override
    public String description() {
      return "FastGRNN: a gate and a candidate that share their kernels (Kusupati et al. 2018)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new FastGrnnCell(inputSize, hiddenSize);
    }
  }
  // @end region="provider"
}
