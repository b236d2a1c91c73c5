package dev.comporta.cells.xlstm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The LSTM with a matrix memory and exponential gates (Beck et al. 2024, <i>xLSTM: Extended Long
 * Short-Term Memory</i>, eq. 19 to 27). For each head of {@code d = H / heads} units:
 *
 * <pre>
 * q = x W_q + b_q,   k = (x W_k + b_k) / sqrt(d),   v = x W_v + b_v          [B, d]
 * i = x W_i + b_i,   f = logsigmoid(x W_f + b_f)                            [B, 1], logarithms
 * m' = max(f + m, i)                                                       stabiliser
 * C' = e^(f + m - m') C + e^(i - m') v k^T                                 [B, d, d]
 * n' = e^(f + m - m') n + e^(i - m') k                                     normaliser
 * o = sigmoid(x W_o + b_o)
 * y = o * (C' q) / max(|n'^T q|, e^-m')
 * </pre>
 *
 * <p>The state keeps C and n divided by {@code e^m}, so that no exponential overflows; y does not
 * depend on it. The matrix of a head is kept transposed: row j belongs to k_j. With the option
 * {@code forget} exponential, f is the pre-activation itself (eq. 26).
 *
 * <p>Parameters: W {@code [I, 4H]} and b {@code [4H]} in the order q k v o; Wg {@code [I, 2 heads]}
 * and bg {@code [2 heads]} in the order i f. State: C {@code [B, H d]}, n {@code [B, H]}, m {@code
 * [B, heads]}. Output: y {@code [B, H]}. Observed: i and f, which are logarithms, and o.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param heads the number of memories, a divisor of H
 * @param exponentialForget whether f is exponential instead of sigmoid
 * @param forget the initial value of b_f
 * @param dropout on x and v
 */
public record MlstmCell(
    int inputSize,
    int hiddenSize,
    int heads,
    boolean exponentialForget,
    ForgetBiasInit forget,
    CellDropout dropout)
    implements EquationsCell {
  /** A state of more numbers per row is refused: the step would not be usable. */
  private static final int MOST = 1 << 18;

  /** e^-m' is at most e^60, so that it stays finite: what it divides is as good as zero. */
  private static final float LARGEST = 60;

  /** Rejects heads that do not divide H, and matrices that are too large. */
  public MlstmCell {
    Heads.require("mlstm", hiddenSize, heads);
    if ((long) hiddenSize * (hiddenSize / heads) > MOST) {
      throw new InvalidOptionException(
          formatted(
              "[mlstm] expected a memory of at most %d numbers but %d units in %d heads have %d; use more heads",
              MOST, hiddenSize, heads, (long) hiddenSize * (hiddenSize / heads)));
    }
  }

  /** The parts of the packed parameters of H columns each. */
  public enum Gate {
    /** The query. */
    Q,
    /** The key. */
    K,
    /** The value. */
    V,
    /** The output gate. */
    O
  }

  /** The gates with one number per head. */
  public enum ScalarGate {
    /** The logarithm of the input gate. */
    I,
    /** The forget gate. */
    F
  }

  private Gates<Gate> gates() {
    return Gates.all(Gate.class, hiddenSize);
  }

  private Gates<ScalarGate> scalarGates() {
    return Gates.all(ScalarGate.class, heads);
  }

  private int size() {
    return hiddenSize / heads;
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        gates().inputKernel("W", inputSize),
        gates().bias("b"),
        scalarGates().inputKernel("Wg", inputSize),
        forget.bias(scalarGates(), "bg", ScalarGate.F, ScalarGate.I));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(
        StateSpec.zeros("C", heads, size(), size()),
        StateSpec.zeros("n", hiddenSize),
        StateSpec.zeros("m", heads));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor a = x.matmul(context.parameter("W")).plus(context.parameter("b")); // [B, 4H]
    Tensor g = x.matmul(context.parameter("Wg")).plus(context.parameter("bg")); // [B, 2 heads]
    Tensor i = scalarGates().part(g, ScalarGate.I); // [B, heads]
    Tensor f = scalarGates().part(g, ScalarGate.F);
    f = exponentialForget ? f : f.negate().softplus().negate();
    Tensor o = gates.part(a, Gate.O).sigmoid(); // [B, H]
    Tensor before = f.plus(state.get("m"));
    Tensor mNext = before.maximum(i); // [B, heads]
    Tensor ahead = before.minus(i); // so that no gradient is formed only to cancel
    Tensor keep = ahead.negate().relu().negate().exp(); // e^(f + m - m')
    Tensor take = ahead.relu().negate().exp(); // e^(i - m')
    Tensor floor = mNext.times(0).plus(-LARGEST);
    Tensor least = mNext.maximum(floor).negate().exp(); // e^-m', finite
    Tensor q = perHead(gates.part(a, Gate.Q)); // [B, heads, d]
    Tensor k = perHead(gates.part(a, Gate.K).times((float) (1 / Math.sqrt(size()))));
    Tensor v = perHead(dropout.onCandidate(gates.part(a, Gate.V), context));
    Tensor key = k.times(take.rowsOf(heads, 1));

    Tensor matrix =
        state
            .get("C", heads, size(), size()) // [B, heads, d of k, d of v]
            .times(keep.rowsOf(heads, 1, 1))
            .plus(key.rowsOf(heads, size(), 1).times(v.rowsOf(heads, 1, size())));
    Tensor n =
        state.get("n", heads, size()).times(keep.rowsOf(heads, 1)).plus(key); // [B, heads, d]
    Tensor read = matrix.times(q.rowsOf(heads, size(), 1)).sum(2).rowsOf(heads, size());
    Tensor length = n.times(q).sum(-1).abs().maximum(least.rowsOf(heads, 1)); // [B, heads, 1]
    context.observe("i", i);
    context.observe("f", f);
    context.observe("o", o);
    Map<String, Tensor> next = new LinkedHashMap<>();
    next.put("C", matrix.rowsOf(hiddenSize * size()));
    next.put("n", n.rowsOf(hiddenSize));
    next.put("m", mNext);
    return new Step(o.times(read.dividedBy(length).rowsOf(hiddenSize)), CellState.of(next));
  }

  private Tensor perHead(Tensor units) {
    return units.rowsOf(heads, size());
  }

  /**
   * Options: {@code heads} (1), {@code forget} (sigmoid by default, exponential), {@code
   * forget-bias} (1), {@code chrono} (0 = off; see {@link ForgetBiasInit}), {@code input-dropout},
   * {@code candidate-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "mlstm";
    }

    @Override
    public String description() {
      return "LSTM with a matrix memory and exponential gates, the mLSTM of xLSTM (Beck et al. 2024)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new MlstmCell(
          inputSize,
          hiddenSize,
          options.size("heads", 1, 1),
          Heads.readExponential(options),
          ForgetBiasInit.read(options),
          CellDropout.readWithoutRecurrent(options));
    }
  }
}
