package dev.comporta.benchmarks.ours;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The LSTM as a plug-in author would write it: one statement per equation, separate kernels for
 * each gate.
 *
 * <pre>
 * i = sigmoid(x Wi + h Ui + bi)
 * f = sigmoid(x Wf + h Uf + bf)
 * g = tanh(x Wg + h Ug + bg)
 * o = sigmoid(x Wo + h Uo + bo)
 * c' = f * c + i * g
 * h' = o * tanh(seen)      seen = c', or layerNorm(c') * gain + shift
 * </pre>
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param normalized whether layer normalisation is applied to the cell state before the output
 */
record WrittenOutLstmCell(int inputSize, int hiddenSize, boolean normalized) implements Cell {
  static final List<String> GATES = List.of("i", "f", "g", "o");

  private static final float EPSILON = 1e-5f;

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
    if (normalized) {
      parameters.add(ParameterSpec.bias("gain", hiddenSize).initializedBy(Spec.of("ones")));
      parameters.add(ParameterSpec.bias("shift", hiddenSize));
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize), StateSpec.zeros("c", hiddenSize));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, H]
    Tensor c = state.get("c"); // [B, H]

    Tensor i = preActivation("i", x, h, context).sigmoid(); // [B, H]
    Tensor f = preActivation("f", x, h, context).sigmoid();
    Tensor g = preActivation("g", x, h, context).tanh();
    Tensor o = preActivation("o", x, h, context).sigmoid();

    Tensor cNext = f.times(c).plus(i.times(g));
    Tensor seen = normalized ? layerNorm(cNext, context) : cNext;
    Tensor hNext = o.times(seen.tanh());
    return new Step(hNext, CellState.of("h", hNext, "c", cNext));
  }

  private static Tensor preActivation(String gate, Tensor x, Tensor h, StepContext context) {
    return x.matmul(context.parameter("W" + gate))
        .plus(h.matmul(context.parameter("U" + gate)))
        .plus(context.parameter("b" + gate));
  }

  private static Tensor layerNorm(Tensor c, StepContext context) {
    Tensor centred = c.minus(c.mean(-1));
    Tensor variance = centred.square().mean(-1); // [B, 1]
    return centred
        .dividedBy(variance.plus(EPSILON).sqrt())
        .times(context.parameter("gain"))
        .plus(context.parameter("shift"));
  }

  /**
   * Creates the cell under a name.
   *
   * @param name the name
   * @param normalized whether layer normalisation is applied to the cell state before the output
   */
  record Provider(String name, boolean normalized) implements CellProvider {
    @Override
    public String description() {
      return "LSTM with written-out equations" + (normalized ? " and layer normalisation" : "");
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new WrittenOutLstmCell(inputSize, hiddenSize, normalized);
    }
  }
}
