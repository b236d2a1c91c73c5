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
import java.util.ArrayList;
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
 * depend on it. C is kept column by column: the matrix of a head is {@code d} blocks of {@code d}
 * numbers, the j-th of which belongs to k_j. With the option {@code forget} exponential, f is the
 * pre-activation itself (eq. 26).
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

  /**
   * e^-m' is at most e^60: what is divided by more would be below 1e-25 times its values anyway.
   */
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
        StateSpec.zeros("C", hiddenSize * size()),
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
    Tensor q = gates.part(a, Gate.Q); // [B, H]
    Tensor k = gates.part(a, Gate.K).times((float) (1 / Math.sqrt(size())));
    Tensor v = dropout.onCandidate(gates.part(a, Gate.V), context);

    List<Tensor> matrices = new ArrayList<>();
    List<Tensor> normalisers = new ArrayList<>();
    List<Tensor> outputs = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      Tensor kept = head(keep, head, 1); // [B, 1]
      Tensor key = head(k, head, size()).times(head(take, head, 1)); // [B, d]
      Tensor query = head(q, head, size());
      Tensor n = head(state.get("n"), head, size()).times(kept).plus(key);
      Tensor read = memory(state.get("C"), head, kept, key, head(v, head, size()), query, matrices);
      Tensor length = n.times(query).sum(-1).abs().maximum(head(least, head, 1)); // [B, 1]
      normalisers.add(n);
      outputs.add(read.dividedBy(length));
    }
    context.observe("i", i);
    context.observe("f", f);
    context.observe("o", o);
    Map<String, Tensor> next = new LinkedHashMap<>();
    next.put("C", Heads.sideBySide(matrices));
    next.put("n", Heads.sideBySide(normalisers));
    next.put("m", mNext);
    return new Step(o.times(Heads.sideBySide(outputs)), CellState.of(next));
  }

  private static Tensor head(Tensor all, int head, int size) {
    return all.slice(-1, head * size, (head + 1) * size);
  }

  /** Writes to the memory of one head and reads C' q, {@code [B, d]}. */
  private Tensor memory(
      Tensor all,
      int head,
      Tensor kept,
      Tensor key,
      Tensor value,
      Tensor query,
      List<Tensor> matrices) {
    List<Tensor> parts = new ArrayList<>();
    for (int j = 0; j < size(); j++) {
      Tensor column = head(all, head * size() + j, size()); // [B, d]
      Tensor next = column.times(kept).plus(value.times(key.slice(-1, j, j + 1)));
      matrices.add(next);
      parts.add(next.times(query.slice(-1, j, j + 1)));
    }
    return parts.stream().reduce(Tensor::plus).orElseThrow();
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
