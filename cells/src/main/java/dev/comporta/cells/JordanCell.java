package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The Jordan network, in which the output instead of the hidden layer is fed back (Jordan 1986,
 * <i>Serial Order: A Parallel Distributed Processing Approach</i>).
 *
 * <pre>
 * h = phi(x W + y_{t-1} U + b)
 * y = psi(h V + bV)
 * </pre>
 *
 * <p>Parameters: W {@code [I, H]}, U {@code [O, H]}, b {@code [H]}, V {@code [H, O]}, bV {@code
 * [O]}. State: y {@code [B, O]}, which is also the output. Observed: h.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param outputSize O
 * @param activation phi
 * @param outputActivation psi
 * @param dropout on x and y
 */
@API(status = API.Status.EXPERIMENTAL)
public record JordanCell(
    int inputSize,
    int hiddenSize,
    int outputSize,
    Activation activation,
    Activation outputActivation,
    CellDropout dropout)
    implements EquationsCell {
  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W", inputSize, hiddenSize),
        ParameterSpec.matrix("U", outputSize, hiddenSize).initializedBy(Spec.of("orthogonal")),
        ParameterSpec.bias("b", hiddenSize),
        ParameterSpec.matrix("V", hiddenSize, outputSize),
        ParameterSpec.bias("bV", outputSize));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("y", outputSize));
  }

  @Override
  public String maskedPart() {
    return "y";
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Tensor y = state.get("y"); // [B, O]
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(y.matmul(context.parameter("U"))); // [B, H]
    Tensor h = activation.apply(a);
    Tensor yNext =
        outputActivation.apply(
            h.matmul(context.parameter("V")).plus(context.parameter("bV"))); // [B, O]

    context.observe("h", h);
    return new Step(yNext, CellState.of("y", yNext));
  }

  /**
   * Options: {@code outputs} (O, H by default), {@code activation} (tanh by default; relu, sigmoid,
   * hard-threshold), {@code output-activation} (sigmoid by default, as in the source; identity,
   * tanh, relu, softmax, hard-threshold), {@code input-dropout}, {@code recurrent-dropout}.
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "jordan";
    }

    @Override
    public String description() {
      return "Jordan network: feeds the output back (Jordan 1986)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new JordanCell(
          inputSize,
          hiddenSize,
          options.size("outputs", 1, hiddenSize),
          Activation.read(
              options,
              "activation",
              Activation.TANH,
              Activation.TANH,
              Activation.RELU,
              Activation.SIGMOID,
              Activation.HARD_THRESHOLD),
          Activation.read(
              options,
              "output-activation",
              Activation.SIGMOID,
              Activation.SIGMOID,
              Activation.IDENTITY,
              Activation.TANH,
              Activation.RELU,
              Activation.SOFTMAX,
              Activation.HARD_THRESHOLD),
          CellDropout.readWithoutCandidate(options));
    }
  }
}
