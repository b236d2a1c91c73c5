package dev.comporta.cells.elementwise;

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
import dev.comporta.cells.Gates;
import java.util.List;

/**
 * The real-gated linear recurrent unit (De et al. 2024, <i>Griffin: Mixing Gated Linear Recurrences
 * with Local Attention for Efficient Language Models</i>, eq. 1 to 4).
 *
 * <pre>
 * r = sigmoid(x W_r + b_r)                  recurrence gate
 * i = sigmoid(x W_i + b_i)                  input gate
 * a = sigmoid(L)^(c r)                      decay
 * h' = a * h + sqrt(1 - a^2) * (i * s)
 * </pre>
 *
 * <p>s is x if {@code I = H}, as in the paper, and otherwise {@code x W_s}. L starts so that {@code
 * sigmoid(L)^c} is uniform between two bounds. Computed with {@code d = c r softplus(-L) = -log a}:
 * {@code a = e^-d}, and {@code 1 - a^2 = tanh(d) (1 + a^2)} is exact for small d.
 *
 * <p>Parameters, packed in the order r i, then s if {@code I != H}: W {@code [I, 2H]} or {@code [I,
 * 3H]}; in the order r i: b {@code [2H]}; L {@code [H]}. State: h {@code [B, H]}, which is also the
 * output. Observed: r, i, a.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param power c
 * @param low the smallest initial value of {@code sigmoid(L)^c}
 * @param high the largest one
 * @param dropout on x and {@code i * s}
 */
public record RgLruCell(
    int inputSize, int hiddenSize, double power, double low, double high, CellDropout dropout)
    implements EquationsCell {
  /** Keeps the slope of the root finite where the recurrence gate underflows. */
  private static final float LEAST_DECAY = 1e-30f;

  /** Rejects bounds in the wrong order. */
  public RgLruCell {
    if (low > high) {
      throw new InvalidOptionException(
          formatted(
              "[rg-lru] option 'high' expected a number of %s or more, the option 'low', but got %s",
              low, high));
    }
  }

  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The recurrence gate. */
    R,
    /** The input gate. */
    I,
    /** The gated input. */
    S
  }

  private boolean projects() {
    return inputSize != hiddenSize;
  }

  private static Gates<Gate> sigmoidGates(int size) {
    return new Gates<>(List.of(Gate.R, Gate.I), size);
  }

  private Gates<Gate> gates() {
    return projects() ? Gates.all(Gate.class, hiddenSize) : sigmoidGates(hiddenSize);
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        gates().inputKernel("W", inputSize),
        sigmoidGates(hiddenSize).bias("b"),
        ParameterSpec.bias("L", hiddenSize)
            .initializedBy(
                Spec.of("decay").with("low", low).with("high", high).with("power", power)));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Gates<Gate> biases = sigmoidGates(hiddenSize);
    Tensor h = state.get("h"); // [B, H]
    Tensor b = context.parameter("b");
    Tensor products = x.matmul(context.parameter("W")); // [B, 2H] or [B, 3H]
    Tensor r = gates.part(products, Gate.R).plus(biases.part(b, Gate.R)).sigmoid(); // [B, H]
    Tensor i = gates.part(products, Gate.I).plus(biases.part(b, Gate.I)).sigmoid();
    Tensor s = projects() ? gates.part(products, Gate.S) : x;

    Tensor slowest = context.parameter("L").negate().softplus().times((float) power); // [H]
    Tensor d = r.times(slowest).plus(LEAST_DECAY); // [B, H]
    Tensor a = d.negate().exp();
    Tensor scale = d.tanh().times(a.square().plus(1)).sqrt();
    Tensor hNext = a.times(h).plus(scale.times(dropout.onCandidate(i.times(s), context)));

    context.observe("r", r);
    context.observe("i", i);
    context.observe("a", a);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /**
   * Options: {@code power} (c, 8 by default), {@code low} (0.9) and {@code high} (0.999), the
   * bounds of the initial {@code sigmoid(L)^c}, {@code input-dropout}, {@code candidate-dropout}
   * (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    private static final double LEAST = 1e-6;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "rg-lru";
    }

    @Override
    public String description() {
      return "Real-gated linear recurrent unit (RG-LRU) of Griffin (De et al. 2024)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new RgLruCell(
          inputSize,
          hiddenSize,
          options.real("power", 8, 0.01, 1000),
          options.real("low", 0.9, LEAST, 1 - LEAST),
          options.real("high", 0.999, LEAST, 1 - LEAST),
          CellDropout.readWithoutRecurrent(options));
    }
  }
}
