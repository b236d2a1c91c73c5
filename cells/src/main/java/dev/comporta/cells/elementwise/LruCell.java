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
import java.util.List;

/**
 * The linear recurrent unit: a linear recurrence with a complex diagonal (Orvieto et al. 2023,
 * <i>Resurrecting Recurrent Neural Networks for Long Sequences</i>, section 3 and appendix A).
 *
 * <pre>
 * lambda = exp(-exp(nu) + i exp(theta))              |lambda| is less than 1
 * s' = lambda * s + exp(g) * (x B)                   s and B are complex; exp(g): normalisation
 * y = Re(s' C) + x D
 * </pre>
 *
 * <p>lambda starts uniformly on a ring in the unit disk, and exp(g) at {@code sqrt(1 - |lambda|^2)}
 * (initialiser {@code ring}). The paper puts the linear layer into blocks with a nonlinearity and a
 * residual connection; those are layers of the model here.
 *
 * <p>Parameters, for N complex states: B {@code [I, 2N]}, its real and imaginary part side by side;
 * lambda {@code [3N]}, in the order nu theta g; C {@code [2N, H]}, its real part above its
 * imaginary part; D {@code [I, H]}. State: re and im {@code [B, N]}. Output: y {@code [B, H]}.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param states N
 * @param low the smallest initial |lambda|
 * @param high the largest one
 * @param phase the largest initial angle of lambda
 * @param dropout on x and {@code x B}
 */
public record LruCell(
    int inputSize,
    int hiddenSize,
    int states,
    double low,
    double high,
    double phase,
    CellDropout dropout)
    implements EquationsCell {
  /** Rejects radii in the wrong order. */
  public LruCell {
    if (low > high) {
      throw new InvalidOptionException(
          formatted(
              "[lru] option 'high' expected a number of %s or more, the option 'low', but got %s",
              low, high));
    }
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    Spec normal = Spec.of("lecun-normal");
    return List.of(
        ParameterSpec.matrix("B", inputSize, 2 * states)
            .withFans(inputSize, states)
            .initializedBy(normal.with("gain", Math.sqrt(0.5))),
        ParameterSpec.bias("lambda", 3 * states)
            .initializedBy(
                Spec.of("ring").with("low", low).with("high", high).with("phase", phase)),
        ParameterSpec.matrix("C", 2 * states, hiddenSize)
            .withFans(states, hiddenSize)
            .initializedBy(normal),
        ParameterSpec.matrix("D", inputSize, hiddenSize).initializedBy(normal));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("re", states), StateSpec.zeros("im", states));
  }

  private Tensor exponential(StepContext context, int part) {
    return context.parameter("lambda").slice(0, part * states, (part + 1) * states).exp();
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Tensor radius = exponential(context, 0).negate().exp(); // [N]
    Tensor angle = exponential(context, 1);
    Tensor lambdaRe = radius.times(angle.cos());
    Tensor lambdaIm = radius.times(angle.sin());
    Tensor scale = exponential(context, 2);

    Tensor in = dropout.onCandidate(x.matmul(context.parameter("B")), context); // [B, 2N]
    Tensor re = state.get("re"); // [B, N]
    Tensor im = state.get("im");
    Tensor reNext =
        re.times(lambdaRe).minus(im.times(lambdaIm)).plus(in.slice(-1, 0, states).times(scale));
    Tensor imNext =
        im.times(lambdaRe)
            .plus(re.times(lambdaIm))
            .plus(in.slice(-1, states, 2 * states).times(scale));
    Tensor y =
        reNext
            .concat(-1, imNext.negate())
            .matmul(context.parameter("C"))
            .plus(x.matmul(context.parameter("D"))); // [B, H]

    context.observe("re", reNext);
    context.observe("im", imNext);
    return new Step(y, CellState.of("re", reNext, "im", imNext));
  }

  /**
   * Options: {@code states} (N, H by default), {@code low} (0) and {@code high} (1), the radii of
   * the ring, {@code phase} (the largest angle, 6.2832 by default), {@code input-dropout}, {@code
   * candidate-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    private static final double CIRCLE = 6.2832;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "lru";
    }

    @Override
    public String description() {
      return "Linear recurrent unit (LRU): a linear recurrence with a complex diagonal (Orvieto et al. 2023)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new LruCell(
          inputSize,
          hiddenSize,
          options.size("states", 1, hiddenSize),
          options.real("low", 0, 0, 1),
          options.real("high", 1, 0, 1),
          options.real("phase", CIRCLE, 1e-3, CIRCLE),
          CellDropout.readWithoutRecurrent(options));
    }
  }
}
