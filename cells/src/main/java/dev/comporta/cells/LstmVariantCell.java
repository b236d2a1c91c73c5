package dev.comporta.cells;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.LstmCell.Gate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Long short-term memory with the components selected by {@link LstmOptions} (Greff et al. 2017,
 * <i>LSTM: A Search Space Odyssey</i>, section II and III; projection: Sak et al. 2014).
 *
 * <pre>
 * i = sigmoid(x W_i + h U_i + b_i + p_i * c  + [i f o] R_i)
 * f = sigmoid(x W_f + h U_f + b_f + p_f * c  + [i f o] R_f)      coupled: f = 1 - i
 * g = tanh(x W_g + h U_g + b_g)
 * c' = f * c + i * g
 * o = sigmoid(x W_o + h U_o + b_o + p_o * c' + [i f o] R_o)
 * h' = (o * tanh(c')) P
 * </pre>
 *
 * <p>With a truncated gradient, h, c and the gates are constants for the gradient where they enter
 * a gate or the candidate (Hochreiter and Schmidhuber 1997, appendix A.1, and Gers et al. 2002 for
 * peepholes).
 *
 * <p>The terms with p are peepholes, those with R are full gate recurrence (the gates of the
 * previous timestep), and P is the projection. A gate that is off is constant 1 and has no columns
 * in the parameters.
 *
 * <p>Parameters for the n gates that are present, in the order i f g o: W {@code [I, nH]}, U {@code
 * [R, nH]}, b {@code [nH]}; for the m that are present of i f o: p {@code [mH]}, R {@code [mH,
 * mH]}; P {@code [H, R]}, where R is the projection, or H without one. State: h {@code [B, R]}, c
 * {@code [B, H]}; with gate recurrence also i, f, o. Observed: the gates that are present,
 * including a coupled f, g, c.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param forget the initial value of b_f
 * @param options the components of the cell
 * @param dropout on x, h and g
 */
@API(status = API.Status.EXPERIMENTAL)
public record LstmVariantCell(
    int inputSize, int hiddenSize, ForgetBiasInit forget, LstmOptions options, CellDropout dropout)
    implements EquationsCell {
  /** Rejects an initial forget bias without a forget gate that has its own parameters. */
  public LstmVariantCell {
    boolean starts = forget.longest() > 0 || forget.bias() != ForgetBiasInit.BIAS;
    if (starts && (!options.forgetGate() || options.coupled())) {
      String option = forget.longest() > 0 ? "chrono" : "forget-bias";
      throw new InvalidOptionException(
          formatted(
              "[lstm] option '%s' expected a forget gate with its own bias but this variant has none; omit '%s'",
              option, option));
    }
  }

  /** The gates that have columns in W, U and b. */
  private Gates<Gate> gates() {
    List<Gate> order = new ArrayList<>();
    if (options.inputGate()) {
      order.add(Gate.I);
    }
    if (options.forgetGate() && !options.coupled()) {
      order.add(Gate.F);
    }
    order.add(Gate.G);
    if (options.outputGate()) {
      order.add(Gate.O);
    }
    return new Gates<>(List.copyOf(order), hiddenSize);
  }

  /** The same without the candidate: the gates with peepholes and gate recurrence. */
  private Gates<Gate> sigmoidGates() {
    return new Gates<>(
        gates().order().stream().filter(gate -> gate != Gate.G).toList(), hiddenSize);
  }

  private boolean recurs() {
    return options.gateRecurrence() && !sigmoidGates().order().isEmpty();
  }

  private boolean peeps() {
    return options.peepholes() && !sigmoidGates().order().isEmpty();
  }

  @Override
  public int outputSize() {
    return options.projection() == 0 ? hiddenSize : options.projection();
  }

  @Override
  public List<ParameterSpec> parameters() {
    Gates<Gate> gates = gates();
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(gates.inputKernel("W", inputSize));
    parameters.add(gates.recurrentKernel("U", outputSize()));
    parameters.add(
        gates.has(Gate.F)
            ? forget.bias(gates, "b", Gate.F, gates.has(Gate.I) ? Gate.I : null)
            : gates.bias("b"));
    if (peeps()) {
      parameters.add(
          new ParameterSpec(
              "p", Shape.of(sigmoidGates().columns()), Spec.of("zeros"), 1, hiddenSize));
    }
    if (recurs()) {
      parameters.add(sigmoidGates().inputKernel("R", sigmoidGates().columns()));
    }
    if (options.projection() > 0) {
      parameters.add(ParameterSpec.matrix("P", hiddenSize, options.projection()));
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> state() {
    List<StateSpec> state = new ArrayList<>();
    state.add(StateSpec.zeros("h", outputSize()));
    state.add(StateSpec.zeros("c", hiddenSize));
    if (recurs()) {
      sigmoidGates().order().forEach(gate -> state.add(StateSpec.zeros(part(gate), hiddenSize)));
    }
    return List.copyOf(state);
  }

  private static String part(Gate gate) {
    return switch (gate) {
      case I -> "i";
      case F -> "f";
      case G -> "g";
      case O -> "o";
    };
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, R]
    Tensor c = state.get("c"); // [B, H]
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(entering(h).matmul(context.parameter("U"))); // [B, nH]
    Tensor r =
        recurs() ? entering(gatesBefore(state)).matmul(context.parameter("R")) : null; // [B, mH]

    Tensor i = gate(Gate.I, a, r, c, context); // [B, H], null if off
    Tensor f = options.coupled() && i != null ? i.complement() : gate(Gate.F, a, r, c, context);
    Tensor g = gates().part(a, Gate.G);
    g = options.inputActivation() ? g.tanh() : g;

    Tensor kept = f == null ? c : f.times(c);
    Tensor candidate = dropout.onCandidate(g, context);
    Tensor cNext = kept.plus(i == null ? candidate : i.times(candidate));

    Tensor o = gate(Gate.O, a, r, cNext, context);
    Tensor shown = options.outputActivation() ? cNext.tanh() : cNext;
    Tensor hNext = o == null ? shown : o.times(shown);
    if (options.projection() > 0) {
      hNext = hNext.matmul(context.parameter("P")); // [B, R]
    }

    observe(context, "i", i);
    observe(context, "f", f);
    observe(context, "g", g);
    observe(context, "c", cNext);
    observe(context, "o", o);
    return new Step(hNext, after(hNext, cNext, i, f, o));
  }

  /** A value where it enters a gate or the candidate. */
  private Tensor entering(Tensor value) {
    return options.truncatedGradient() ? value.stopGradient() : value;
  }

  private static void observe(StepContext context, String name, @Nullable Tensor value) {
    if (value != null) {
      context.observe(name, value);
    }
  }

  /** The concatenated gates of the previous timestep: {@code [B, mH]}. */
  private Tensor gatesBefore(CellState state) {
    List<Tensor> gates =
        sigmoidGates().order().stream().map(gate -> state.get(part(gate))).toList();
    return gates.getFirst().concat(-1, gates.subList(1, gates.size()).toArray(Tensor[]::new));
  }

  /**
   * Computes one gate with its peephole and its part r of the gate recurrence, or null if it is
   * off.
   */
  private @Nullable Tensor gate(
      Gate gate, Tensor a, @Nullable Tensor r, Tensor seen, StepContext context) {
    if (!gates().has(gate)) {
      return null;
    }
    Tensor sum = gates().part(a, gate); // [B, H]
    if (peeps()) {
      sum = sum.plus(sigmoidGates().part(context.parameter("p"), gate).times(entering(seen)));
    }
    if (r != null) {
      sum = sum.plus(sigmoidGates().part(r, gate));
    }
    return sum.sigmoid();
  }

  private CellState after(
      Tensor h, Tensor c, @Nullable Tensor i, @Nullable Tensor f, @Nullable Tensor o) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    parts.put("h", h);
    parts.put("c", c);
    if (recurs()) {
      for (Gate gate : sigmoidGates().order()) {
        Tensor value =
            switch (gate) {
              case I -> i;
              case F -> f;
              case O -> o;
              case G -> null;
            };
        if (value != null) {
          parts.put(part(gate), value);
        }
      }
    }
    return CellState.of(parts);
  }
}
