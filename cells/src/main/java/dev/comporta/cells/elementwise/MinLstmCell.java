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
import dev.comporta.cells.ForgetBiasInit;
import dev.comporta.cells.Gates;
import java.util.List;

/**
 * The minimal LSTM, whose gates and candidate depend on the input only (Feng et al. 2024, <i>Were
 * RNNs All We Needed?</i>, section 3.2).
 *
 * <pre>
 * i = sigmoid(x W_i + b_i)
 * f = sigmoid(x W_f + b_f)
 * n = g(x W_n + b_n)
 * h' = (f * h + i * n) / (f + i)          normalized (default): independent of the length
 * h' = f * h + i * n                      otherwise
 * </pre>
 *
 * <p>Parameters, packed in the order i f n: W {@code [I, 3H]}, b {@code [3H]}. State: h {@code [B,
 * H]}, which is also the output. Observed: i, f, n.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param candidate g: the identity, tanh, or the positive function of the paper's appendix B
 * @param normalized whether the gates are divided by their sum
 * @param forget the initial value of b_f
 * @param dropout on x and n
 */
public record MinLstmCell(
    int inputSize,
    int hiddenSize,
    CandidateFunction candidate,
    boolean normalized,
    ForgetBiasInit forget,
    CellDropout dropout)
    implements EquationsCell {
  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The input gate. */
    I,
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
    return List.of(gates().inputKernel("W", inputSize), forget.bias(gates(), "b", Gate.F, Gate.I));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor h = state.get("h"); // [B, H]
    Tensor a = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [B, 3H]
    Tensor i = gates.part(a, Gate.I).sigmoid(); // [B, H]
    Tensor f = gates.part(a, Gate.F).sigmoid();
    Tensor n = candidate.apply(gates.part(a, Gate.N));
    Tensor seen = dropout.onCandidate(n, context);

    Tensor keep = f;
    Tensor take = i;
    if (normalized) {
      Tensor logF = gates.part(a, Gate.F).negate().softplus(); // without its sign
      Tensor logI = gates.part(a, Gate.I).negate().softplus();
      take = logF.minus(logI).sigmoid(); // i / (f + i), also where both underflow
      keep = take.complement();
    }
    Tensor hNext = keep.times(h).plus(take.times(seen));

    gates.observe(context, i, f, n);
    return new Step(hNext, CellState.of("h", hNext));
  }

  /**
   * Options: {@code candidate} (identity by default, tanh, positive), {@code normalized} (true),
   * {@code forget-bias} (1), {@code chrono} (0 = off; see {@link ForgetBiasInit}), {@code
   * input-dropout}, {@code candidate-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "min-lstm";
    }

    @Override
    public String description() {
      return "Minimal LSTM: gates and candidate depend on the input only (Feng et al. 2024)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new MinLstmCell(
          inputSize,
          hiddenSize,
          CandidateFunction.read(options),
          options.flag("normalized", true),
          ForgetBiasInit.read(options),
          CellDropout.readWithoutRecurrent(options));
    }
  }
}
