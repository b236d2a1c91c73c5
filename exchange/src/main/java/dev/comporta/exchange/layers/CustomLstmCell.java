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
 * {@code custom-lstm}: an LSTM whose activation functions can be chosen, as in other tools.
 *
 * <pre>
 * i = gate(x W_i + h U_i + b_i + p_i * c)
 * f = gate(x W_f + h U_f + b_f + p_f * c)
 * g = candidate(x W_g + h U_g + b_g)
 * c' = f * c + i * g
 * o = gate(x W_o + h U_o + b_o + p_o * c')
 * h' = o * output(c')
 * </pre>
 *
 * <p>Parameters as those of {@code lstm}, gates packed in the order i f g o: W {@code [I, 4H]}, U
 * {@code [H, 4H]}, b {@code [4H]}, and with peepholes p {@code [3H]} in the order i f o. Observed:
 * i, f, g, o, c.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param gate the function of i, f and o
 * @param candidate the function of g
 * @param output the function of c'
 * @param peepholes whether the terms with p exist
 */
public record CustomLstmCell(
    int inputSize,
    int hiddenSize,
    Nonlinearity gate,
    Nonlinearity candidate,
    Nonlinearity output,
    boolean peepholes)
    implements Cell {
  private enum Gate {
    I,
    F,
    G,
    O
  }

  private static final List<Gate> ORDER = List.of(Gate.values());

  private Tensor part(Tensor packed, Gate part) {
    int from = ORDER.indexOf(part) * hiddenSize;
    return packed.slice(-1, from, from + hiddenSize);
  }

  private Tensor peephole(Tensor packed, Gate part) {
    int at = part == Gate.O ? 2 : ORDER.indexOf(part);
    return packed.slice(-1, at * hiddenSize, (at + 1) * hiddenSize);
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    ParameterSpec w = ParameterSpec.matrix("W", inputSize, 4 * hiddenSize);
    ParameterSpec u = ParameterSpec.matrix("U", hiddenSize, 4 * hiddenSize);
    ParameterSpec b = ParameterSpec.bias("b", 4 * hiddenSize);
    return peepholes ? List.of(w, u, b, ParameterSpec.bias("p", 3 * hiddenSize)) : List.of(w, u, b);
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize), StateSpec.zeros("c", hiddenSize));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, H]
    Tensor c = state.get("c"); // [B, H]
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(h.matmul(context.parameter("U"))); // [B, 4H]
    Tensor i = context.observe("i", gate.apply(seen(part(a, Gate.I), Gate.I, c, context)));
    Tensor f = context.observe("f", gate.apply(seen(part(a, Gate.F), Gate.F, c, context)));
    Tensor g = context.observe("g", candidate.apply(part(a, Gate.G)));
    Tensor cNext = context.observe("c", f.times(c).plus(i.times(g)));
    Tensor o = context.observe("o", gate.apply(seen(part(a, Gate.O), Gate.O, cNext, context)));
    Tensor hNext = o.times(output.apply(cNext));
    return new Step(hNext, CellState.of("h", hNext, "c", cNext));
  }

  private Tensor seen(Tensor a, Gate part, Tensor c, StepContext context) {
    return peepholes ? a.plus(peephole(context.parameter("p"), part).times(c)) : a;
  }

  /**
   * Options: {@code gate-activation} (sigmoid), {@code activation} (tanh), {@code
   * output-activation} (tanh): see {@link Nonlinearity}; {@code peepholes} (false).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "custom-lstm";
    }

    @Override
    public String description() {
      return "An LSTM with any activation functions, for imported models";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new CustomLstmCell(
          inputSize,
          hiddenSize,
          Nonlinearity.read(options, "gate-activation", Nonlinearity.SIGMOID),
          Nonlinearity.read(options, "activation", Nonlinearity.TANH),
          Nonlinearity.read(options, "output-activation", Nonlinearity.TANH),
          options.flag("peepholes", false));
    }
  }
}
