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
import dev.comporta.cells.Activation;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.EquationsCell;
import java.util.List;

/**
 * The independently recurrent network: each unit sees its own previous value only (Li et al. 2018,
 * <i>Independently Recurrent Neural Network (IndRNN): Building A Longer and Deeper RNN</i>, eq. 2).
 *
 * <pre>
 * h' = phi(x W + u * h + b)
 * </pre>
 *
 * <p>Parameters: W {@code [I, H]}, u {@code [H]}, b {@code [H]}. State: h {@code [B, H]}, which is
 * also the output. Observed: a, the argument of phi, and h.
 *
 * <p>A unit remembers n timesteps with a ReLU if {@code |u| <= 2^(1/n)} (section 3.1), so u starts
 * uniformly between 0 and that bound. It is not enforced during training.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param activation phi
 * @param most the largest initial value of u
 * @param dropout on x and h
 */
public record IndRnnCell(
    int inputSize, int hiddenSize, Activation activation, double most, CellDropout dropout)
    implements EquationsCell {
  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W", inputSize, hiddenSize),
        ParameterSpec.bias("u", hiddenSize)
            .initializedBy(Spec.of("uniform").with("low", 0.0).with("high", most)),
        ParameterSpec.bias("b", hiddenSize));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, H]
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(h.times(context.parameter("u"))); // [B, H]
    Tensor hNext = activation.apply(a);

    context.observe("a", a);
    context.observe("h", hNext);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /**
   * Options: {@code activation} (relu by default; tanh, sigmoid, identity), {@code longest} (the
   * number of timesteps to remember, which bounds the initial u; 0, the default, bounds it by 1),
   * {@code input-dropout}, {@code recurrent-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "indrnn";
    }

    @Override
    public String description() {
      return "Independently recurrent network: each unit sees its own previous value only (Li et al. 2018)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      Activation activation =
          Activation.read(
              options,
              "activation",
              Activation.RELU,
              Activation.RELU,
              Activation.TANH,
              Activation.SIGMOID,
              Activation.IDENTITY);
      int longest = options.count("longest", 0, 0);
      double most = longest == 0 ? 1 : StrictMath.pow(2, 1.0 / longest);
      return new IndRnnCell(
          inputSize, hiddenSize, activation, most, CellDropout.readWithoutCandidate(options));
    }
  }
}
