package dev.comporta.cells;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The minimal gated unit: a single gate acts as forget and reset gate (Zhou et al. 2016, <i>Minimal
 * Gated Unit for Recurrent Neural Networks</i>).
 *
 * <pre>
 * f = sigmoid(x W_f + h U_f + b_f)
 * n = tanh(x W_n + (f * h) U_n + b_n)
 * h' = (1 - f) * h + f * n
 * </pre>
 *
 * <p>Parameters, packed in the order f n: W {@code [I, 2H]}, U {@code [H, 2H]}, b {@code [2H]}; b_f
 * is initialised to 1, as in the paper. State: h {@code [B, H]}, which is also the output.
 * Observed: f, n.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param dropout on x, h and n
 */
@API(status = API.Status.EXPERIMENTAL)
public record MinimalGatedUnitCell(int inputSize, int hiddenSize, CellDropout dropout)
    implements EquationsCell {
  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The forget gate. */
    F,
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
    return List.of(
        gates().inputKernel("W", inputSize),
        gates().recurrentKernel("U", hiddenSize),
        gates().bias("b", Gate.F, 1));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public @Nullable String maskedPart() {
    return null; // h is carried over as well
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor h = state.get("h"); // [B, H]
    Tensor seen = dropout.onRecurrent(h, context);
    Tensor u = context.parameter("U"); // [H, 2H]
    Tensor a = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [B, 2H]

    Tensor f = gates.part(a, Gate.F).plus(seen.matmul(gates.part(u, Gate.F))).sigmoid(); // [B, H]
    Tensor n = gates.part(a, Gate.N).plus(f.times(seen).matmul(gates.part(u, Gate.N))).tanh();
    Tensor hNext = f.complement().times(h).plus(f.times(dropout.onCandidate(n, context)));

    gates.observe(context, f, n);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /** Options: {@code input-dropout}, {@code recurrent-dropout}, {@code candidate-dropout}. */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "mgu";
    }

    @Override
    public String description() {
      return "Minimal gated unit: a single gate both forgets and resets (Zhou et al. 2016)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new MinimalGatedUnitCell(inputSize, hiddenSize, CellDropout.read(options));
    }
  }
}
