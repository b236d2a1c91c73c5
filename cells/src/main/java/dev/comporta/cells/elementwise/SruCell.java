package dev.comporta.cells.elementwise;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.EquationsCell;
import dev.comporta.cells.Gates;
import java.util.List;

/**
 * The simple recurrent unit (Lei et al. 2018, <i>Simple Recurrent Units for Highly Parallelizable
 * Recurrence</i>, eq. 1 to 4 and section 3.2).
 *
 * <pre>
 * f = sigmoid(x W_f + v_f * c + b_f)      forget gate
 * c' = f * c + (1 - f) * (x W_n)
 * r = sigmoid(x W_r + v_r * c + b_r)      reset gate
 * y = r * c' + (1 - r) * alpha s          s: the highway connection
 * </pre>
 *
 * <p>s is x if {@code I = H}, and otherwise {@code x W_s}. {@code alpha = sqrt(1 + 2 e^b)} for the
 * initial value b of b_r keeps the variance of x (section 3.2); alpha is 1 without {@code rescale}.
 *
 * <p>Parameters, packed in the order f r n, then s if {@code I != H}: W {@code [I, 3H]} or {@code
 * [I, 4H]}; in the order f r: v {@code [2H]}, b {@code [2H]}. State: c {@code [B, H]}. Output: y
 * {@code [B, H]}, which is not fed back. Observed: f, r, n, c.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param highwayBias the initial value of b_r
 * @param rescale whether alpha corrects the scale of s
 * @param dropout on x and on the candidate
 */
public record SruCell(
    int inputSize, int hiddenSize, double highwayBias, boolean rescale, CellDropout dropout)
    implements EquationsCell {
  /** The initial v has the variance 1/2, as in the authors' program. */
  private static final double LIMIT = Math.sqrt(1.5);

  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The forget gate. */
    F,
    /** The reset gate. */
    R,
    /** The candidate. */
    N,
    /** The highway connection. */
    S
  }

  private boolean projects() {
    return inputSize != hiddenSize;
  }

  private Gates<Gate> gates() {
    return projects()
        ? Gates.all(Gate.class, hiddenSize)
        : new Gates<>(List.of(Gate.F, Gate.R, Gate.N), hiddenSize);
  }

  private Gates<Gate> sigmoidGates() {
    return new Gates<>(List.of(Gate.F, Gate.R), hiddenSize);
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    Gates<Gate> gates = sigmoidGates();
    return List.of(
        gates().inputKernel("W", inputSize),
        gates.bias("v").initializedBy(Spec.of("uniform").with("low", -LIMIT).with("high", LIMIT)),
        highwayBias == 0 ? gates.bias("b") : gates.bias("b", Gate.R, highwayBias));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("c", hiddenSize));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor c = state.get("c"); // [B, H]
    Tensor a = x.matmul(context.parameter("W")); // [B, 3H] or [B, 4H]
    Tensor f = gate(Gate.F, a, c, context); // [B, H]
    Tensor r = gate(Gate.R, a, c, context);
    Tensor n = gates.part(a, Gate.N);
    Tensor cNext = f.times(c).plus(f.complement().times(dropout.onCandidate(n, context)));

    Tensor s = projects() ? gates.part(a, Gate.S) : x;
    float alpha = rescale ? (float) Math.sqrt(1 + 2 * StrictMath.exp(highwayBias)) : 1;
    Tensor y = r.times(cNext).plus(r.complement().times(s.times(alpha)));

    context.observe("f", f);
    context.observe("r", r);
    context.observe("n", n);
    context.observe("c", cNext);
    return new Step(y, CellState.of("c", cNext));
  }

  private Tensor gate(Gate gate, Tensor a, Tensor c, StepContext context) {
    Gates<Gate> gates = sigmoidGates();
    return gates()
        .part(a, gate)
        .plus(gates.part(context.parameter("b"), gate))
        .plus(gates.part(context.parameter("v"), gate).times(c))
        .sigmoid();
  }

  /**
   * Options: {@code highway-bias} (0), {@code rescale} (true), {@code input-dropout}, {@code
   * candidate-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "sru";
    }

    @Override
    public String description() {
      return "Simple recurrent unit (SRU): element-wise recurrence and a highway connection (Lei et al. 2018)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new SruCell(
          inputSize,
          hiddenSize,
          options.real("highway-bias", 0, -20, 20),
          options.flag("rescale", true),
          CellDropout.readWithoutRecurrent(options));
    }
  }
}
