package dev.comporta.cells.elementwise;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.EquationsCell;
import dev.comporta.cells.Gates;
import java.util.List;

/**
 * The minimal GRU, whose gate and candidate depend on the input only (Feng et al. 2024, <i>Were
 * RNNs All We Needed?</i>, section 3.1).
 *
 * <pre>
 * z = sigmoid(x W_z + b_z)
 * n = g(x W_n + b_n)
 * h' = (1 - z) * h + z * n
 * </pre>
 *
 * <p>g is the identity, tanh, or the positive function of the paper's appendix B. As in the paper,
 * z near 1 replaces the state; z of {@code gru} keeps it.
 *
 * <p>Parameters, packed in the order z n: W {@code [I, 2H]}, b {@code [2H]}. State: h {@code [B,
 * H]}, which is also the output. Observed: z, n.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param candidate g
 * @param dropout on x and n
 */
public record MinGruCell(
    int inputSize, int hiddenSize, CandidateFunction candidate, CellDropout dropout)
    implements EquationsCell {
  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The update gate. */
    Z,
    /** The candidate. */
    N
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
    return List.of(gates().inputKernel("W", inputSize), gates().bias("b"));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor h = state.get("h"); // [B, H]
    Tensor a = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [B, 2H]
    Tensor z = gates.part(a, Gate.Z).sigmoid(); // [B, H]
    Tensor n = candidate.apply(gates.part(a, Gate.N));
    Tensor hNext = z.complement().times(h).plus(z.times(dropout.onCandidate(n, context)));

    gates.observe(context, z, n);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /**
   * Options: {@code candidate} (identity by default, tanh, positive), {@code input-dropout}, {@code
   * candidate-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "min-gru";
    }

    @Override
    public String description() {
      return "Minimal GRU: gate and candidate depend on the input only (Feng et al. 2024)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new MinGruCell(
          inputSize,
          hiddenSize,
          CandidateFunction.read(options),
          CellDropout.readWithoutRecurrent(options));
    }
  }
}
