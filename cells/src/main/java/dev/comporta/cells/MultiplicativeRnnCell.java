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
 * The multiplicative recurrent network: with an input-dependent transition matrix (Sutskever,
 * Martens and Hinton 2011, <i>Generating Text with Recurrent Neural Networks</i>, eq. 7 and 8).
 *
 * <pre>
 * m = (x Wm) * (h Um)
 * h' = tanh(x W + m U + b)
 * </pre>
 *
 * <p>Parameters for F factors: Wm {@code [I, F]}, Um {@code [H, F]}, W {@code [I, H]}, U {@code [F,
 * H]}, b {@code [H]}. State: h {@code [B, H]}, which is also the output. Observed: m.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param factors F
 * @param dropout on x and h
 */
@API(status = API.Status.EXPERIMENTAL)
public record MultiplicativeRnnCell(int inputSize, int hiddenSize, int factors, CellDropout dropout)
    implements EquationsCell {
  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.matrix("Wm", inputSize, factors),
        ParameterSpec.matrix("Um", hiddenSize, factors).initializedBy(Spec.of("orthogonal")),
        ParameterSpec.matrix("W", inputSize, hiddenSize),
        ParameterSpec.matrix("U", factors, hiddenSize).initializedBy(Spec.of("orthogonal")),
        ParameterSpec.bias("b", hiddenSize));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Tensor h = state.get("h"); // [B, H]
    Tensor m = x.matmul(context.parameter("Wm")).times(h.matmul(context.parameter("Um"))); // [B, F]
    Tensor hNext =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(m.matmul(context.parameter("U")))
            .tanh(); // [B, H]

    context.observe("m", m);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /** Options: {@code factors} (H by default), {@code input-dropout}, {@code recurrent-dropout}. */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "multiplicative-rnn";
    }

    @Override
    public String description() {
      return "Multiplicative RNN: input-dependent transition matrix (Sutskever et al. 2011)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new MultiplicativeRnnCell(
          inputSize,
          hiddenSize,
          options.size("factors", 1, hiddenSize),
          CellDropout.readWithoutCandidate(options));
    }
  }
}
