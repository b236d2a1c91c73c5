package dev.comporta.cells.clocked;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
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
import dev.comporta.cells.ForgetBiasInit;
import dev.comporta.cells.Gates;
import dev.comporta.cells.LstmCell.Gate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The phased LSTM, whose units open periodically (Neil et al. 2016, <i>Phased LSTM: Accelerating
 * Recurrent Network Training for Long or Event-based Sequences</i>, eq. 6 to 10).
 *
 * <pre>
 * phi = (phase - s) mod 1                                where phase = t / tau at timestep t
 * k = 2 phi / r                     if phi is below r / 2            opening
 * k = 2 - 2 phi / r                 if phi is below r                closing
 * k = alpha phi                     otherwise                        closed, with a leak
 *
 * i, f, g, o as in an LSTM
 * d = f * c + i * g,   c' = c + k * (d - c)
 * h' = h + k * (o * tanh(d) - h)
 * </pre>
 *
 * <p>Time is counted in timesteps. The state keeps the phase, {@code phase' = (phase + 1 / tau) mod
 * 1}, so that a stream may be of any length. As in the paper, alpha is 0 outside training. The
 * parameters are the logarithm of the period tau, the shift s in periods, and the log odds of the
 * open share r, which keep tau positive and r between 0 and 1.
 *
 * <p>Parameters: W {@code [I, 4H]}, U {@code [H, 4H]}, b {@code [4H]} in the order i f g o; period,
 * shift and open {@code [H]}. State: h, c, phase {@code [B, H]}; the output is h'. Observed: i, f,
 * g, o, c, k.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param forget the initial value of b_f
 * @param timing the initial periods and open shares
 * @param dropout on x, h and g
 */
public record PhasedLstmCell(
    int inputSize, int hiddenSize, ForgetBiasInit forget, Timing timing, CellDropout dropout)
    implements EquationsCell {
  /**
   * The initial timing.
   *
   * @param shortest the shortest initial period, in timesteps
   * @param longest the longest one; logarithms are drawn uniformly between the two
   * @param open the initial open share r
   * @param leak alpha
   */
  public record Timing(double shortest, double longest, double open, double leak) {
    /** Rejects periods in the wrong order. */
    public Timing {
      if (shortest > longest) {
        throw new InvalidOptionException(
            formatted(
                "[phased-lstm] option 'longest' expected a number of %s or more, the option 'shortest', but got %s",
                shortest, longest));
      }
    }
  }

  private Gates<Gate> gates() {
    return Gates.all(Gate.class, hiddenSize);
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    Spec uniform = Spec.of("uniform");
    return List.of(
        gates().inputKernel("W", inputSize),
        gates().recurrentKernel("U", hiddenSize),
        forget.bias(gates(), "b", Gate.F, Gate.I),
        ParameterSpec.bias("period", hiddenSize)
            .initializedBy(
                uniform
                    .with("low", StrictMath.log(timing.shortest()))
                    .with("high", StrictMath.log(timing.longest()))),
        ParameterSpec.bias("shift", hiddenSize)
            .initializedBy(uniform.with("low", 0.0).with("high", 1.0)),
        ParameterSpec.bias("open", hiddenSize)
            .initializedBy(
                Spec.of("constant")
                    .with("value", StrictMath.log(timing.open() / (1 - timing.open())))));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(
        StateSpec.zeros("h", hiddenSize),
        StateSpec.zeros("c", hiddenSize),
        StateSpec.zeros("phase", hiddenSize));
  }

  @Override
  public @Nullable String maskedPart() {
    return null; // h is carried over as well
  }

  private static Tensor fraction(Tensor x) {
    return x.minus(x.floor());
  }

  /** How far each unit is open, from its phase, {@code [B, H]}. */
  private Tensor openness(Tensor phase, StepContext context) {
    Tensor phi = fraction(phase.minus(context.parameter("shift")));
    Tensor r = context.parameter("open").sigmoid(); // [H]
    Tensor ramp = phi.dividedBy(r).times(2); // 0 .. 1 while opening, 1 .. 2 while closing
    Tensor closed = phi.times(context.training() ? (float) timing.leak() : 0);
    Tensor falling = ramp.negate().plus(2);
    Tensor open = ramp.minimum(falling);
    return falling.step().select(open, closed);
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor h = state.get("h"); // [B, H]
    Tensor c = state.get("c");
    Tensor phase = state.get("phase");
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(dropout.onRecurrent(h, context).matmul(context.parameter("U"))); // [B, 4H]
    Tensor i = gates.part(a, Gate.I).sigmoid(); // [B, H]
    Tensor f = gates.part(a, Gate.F).sigmoid();
    Tensor g = gates.part(a, Gate.G).tanh();
    Tensor o = gates.part(a, Gate.O).sigmoid();
    Tensor k = openness(phase, context);

    Tensor d = f.times(c).plus(i.times(dropout.onCandidate(g, context)));
    Tensor cNext = c.plus(k.times(d.minus(c)));
    Tensor hNext = h.plus(k.times(o.times(d.tanh()).minus(h)));
    Tensor rate = context.parameter("period").negate().exp(); // [H]

    gates.observe(context, i, f, g, o);
    context.observe("c", cNext);
    context.observe("k", k);
    Map<String, Tensor> next = new LinkedHashMap<>();
    next.put("h", hNext);
    next.put("c", cNext);
    next.put("phase", fraction(phase.plus(rate)));
    return new Step(hNext, CellState.of(next));
  }

  /**
   * Options: {@code shortest} (1) and {@code longest} (100), the initial periods in timesteps,
   * {@code open} (0.05), the initial open share, {@code leak} (0.001), {@code forget-bias} (1),
   * {@code chrono} (0 = off; see {@link ForgetBiasInit}), {@code input-dropout}, {@code
   * recurrent-dropout}, {@code candidate-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    private static final double LONGEST = 1e6;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "phased-lstm";
    }

    @Override
    public String description() {
      return "Phased LSTM: units that open periodically (Neil et al. 2016)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      Timing timing =
          new Timing(
              options.real("shortest", 1, 1, LONGEST),
              options.real("longest", 100, 1, LONGEST),
              options.real("open", 0.05, 0.001, 0.999),
              options.real("leak", 0.001, 0, 1));
      return new PhasedLstmCell(
          inputSize, hiddenSize, ForgetBiasInit.read(options), timing, CellDropout.read(options));
    }
  }
}
