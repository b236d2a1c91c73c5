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
 * The simple recurrent network (Elman 1990, <i>Finding Structure in Time</i>).
 *
 * <pre>
 * h_t = phi(x_t W + h_{t-1} U + b)
 * </pre>
 *
 * <p>Parameters: W {@code [I, H]}, U {@code [H, H]}, b {@code [H]}. State: h {@code [B, H]}, which
 * is also the output. PyTorch's {@code nn.RNN} maps exactly: W and U are its transposed weights, b
 * is the sum of its two biases.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param activation phi
 * @param start the initialiser of U
 * @param dropout on x and on h
 */
@API(status = API.Status.EXPERIMENTAL)
public record RnnCell(
    int inputSize, int hiddenSize, Activation activation, Spec start, CellDropout dropout)
    implements EquationsCell {
  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("W", inputSize, hiddenSize),
        ParameterSpec.matrix("U", hiddenSize, hiddenSize).initializedBy(start),
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
            .plus(h.matmul(context.parameter("U"))); // [B, H]
    Tensor hNext = activation.apply(a);

    context.observe("a", a);
    context.observe("h", hNext);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /**
   * Options: {@code activation} (tanh by default; relu, sigmoid, hard-threshold, identity), {@code
   * input-dropout}, {@code recurrent-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "rnn";
    }

    @Override
    public String description() {
      return "Simple recurrent network with tanh, ReLU, sigmoid, identity or hard-threshold activation (Elman 1990)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      Activation activation =
          Activation.read(
              options,
              "activation",
              Activation.TANH,
              Activation.TANH,
              Activation.IDENTITY,
              Activation.RELU,
              Activation.SIGMOID,
              Activation.HARD_THRESHOLD);
      return new RnnCell(
          inputSize,
          hiddenSize,
          activation,
          Spec.of("orthogonal"),
          CellDropout.readWithoutCandidate(options));
    }
  }
}
