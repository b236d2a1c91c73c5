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
 * {@code custom-gru}: a GRU whose activation functions can be chosen, as in other tools.
 *
 * <pre>
 * r = gate(x W_r + b_r + h U_r + bU_r)
 * z = gate(x W_z + b_z + h U_z + bU_z)
 * n = candidate(x W_n + b_n + r * (h U_n + bU_n))           reset after
 * n = candidate(x W_n + b_n + (r * h) U_n)                  reset before, without bU
 * h' = (1 - z) * n + z * h
 * </pre>
 *
 * <p>Parameters as those of {@code gru}, gates packed in the order r z n. Observed: r, z, n.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param resetAfter whether the reset gate acts after the recurrent product
 * @param gate the function of r and z
 * @param candidate the function of n
 */
public record CustomGruCell(
    int inputSize, int hiddenSize, boolean resetAfter, Nonlinearity gate, Nonlinearity candidate)
    implements Cell {
  private enum Gate {
    R,
    Z,
    N
  }

  private static final List<Gate> ORDER = List.of(Gate.values());

  private Tensor part(Tensor packed, Gate part) {
    int from = ORDER.indexOf(part) * hiddenSize;
    return packed.slice(-1, from, from + hiddenSize);
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    ParameterSpec w = ParameterSpec.matrix("W", inputSize, 3 * hiddenSize);
    ParameterSpec u = ParameterSpec.matrix("U", hiddenSize, 3 * hiddenSize);
    ParameterSpec b = ParameterSpec.bias("b", 3 * hiddenSize);
    return resetAfter
        ? List.of(w, u, b, ParameterSpec.bias("bU", 3 * hiddenSize))
        : List.of(w, u, b);
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, H]
    Tensor u = context.parameter("U"); // [H, 3H]
    Tensor a = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [B, 3H]
    Tensor r;
    Tensor z;
    Tensor n;
    if (resetAfter) {
      Tensor s = h.matmul(u).plus(context.parameter("bU")); // [B, 3H]
      r = gate.apply(part(a, Gate.R).plus(part(s, Gate.R)));
      z = gate.apply(part(a, Gate.Z).plus(part(s, Gate.Z)));
      n = candidate.apply(part(a, Gate.N).plus(r.times(part(s, Gate.N))));
    } else {
      r = gate.apply(part(a, Gate.R).plus(h.matmul(part(u, Gate.R))));
      z = gate.apply(part(a, Gate.Z).plus(h.matmul(part(u, Gate.Z))));
      n = candidate.apply(part(a, Gate.N).plus(r.times(h).matmul(part(u, Gate.N))));
    }
    context.observe("r", r);
    Tensor update = context.observe("z", z);
    Tensor hNext = update.complement().times(context.observe("n", n)).plus(update.times(h));
    return new Step(hNext, CellState.of("h", hNext));
  }

  /**
   * Options: {@code reset} (after; before), {@code gate-activation} (sigmoid), {@code activation}
   * (tanh): see {@link Nonlinearity}.
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "custom-gru";
    }

    @Override
    public String description() {
      return "A GRU with any activation functions, for imported models";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new CustomGruCell(
          inputSize,
          hiddenSize,
          options.choice("reset", "after", List.of("after", "before")).equals("after"),
          Nonlinearity.read(options, "gate-activation", Nonlinearity.SIGMOID),
          Nonlinearity.read(options, "activation", Nonlinearity.TANH));
    }
  }
}
