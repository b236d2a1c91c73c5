package dev.comporta.benchmarks.ours;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The minimal gated unit (Zhou et al. 2016) as a plug-in author would write it.
 *
 * <pre>
 * f = sigmoid(x Wf + h Uf + bf)
 * n = tanh(x Wn + (f * h) Un + bn)
 * h' = (1 - f) * h + f * n
 * </pre>
 *
 * @param inputSize I
 * @param hiddenSize H
 */
record WrittenOutMinimalGatedUnitCell(int inputSize, int hiddenSize) implements Cell {
  static final List<String> GATES = List.of("f", "n");

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    GATES.forEach(gate -> parameters.add(ParameterSpec.matrix("W" + gate, inputSize, hiddenSize)));
    GATES.forEach(gate -> parameters.add(ParameterSpec.matrix("U" + gate, hiddenSize, hiddenSize)));
    GATES.forEach(gate -> parameters.add(ParameterSpec.bias("b" + gate, hiddenSize)));
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, H]
    Tensor f = preActivation("f", x, h, context).sigmoid(); // [B, H]
    Tensor n = preActivation("n", x, f.times(h), context).tanh();
    Tensor hNext = f.complement().times(h).plus(f.times(n));
    return new Step(hNext, CellState.of("h", hNext));
  }

  private static Tensor preActivation(String gate, Tensor x, Tensor h, StepContext context) {
    return x.matmul(context.parameter("W" + gate))
        .plus(h.matmul(context.parameter("U" + gate)))
        .plus(context.parameter("b" + gate));
  }

  /**
   * Creates the cell under a name.
   *
   * @param name the name
   */
  record Provider(String name) implements CellProvider {
    @Override
    public String description() {
      return "Minimal gated unit with written-out equations";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new WrittenOutMinimalGatedUnitCell(inputSize, hiddenSize);
    }
  }
}
