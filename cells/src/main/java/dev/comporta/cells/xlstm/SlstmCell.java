package dev.comporta.cells.xlstm;

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
import dev.comporta.cells.ForgetBiasInit;
import dev.comporta.cells.Gates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The LSTM with exponential gates and a scalar memory (Beck et al. 2024, <i>xLSTM: Extended Long
 * Short-Term Memory</i>, eq. 8 to 17).
 *
 * <pre>
 * g = tanh(x W_g + h U_g + b_g)               the paper's z
 * o = sigmoid(x W_o + h U_o + b_o)
 * i = x W_i + h U_i + b_i                     the logarithm of the input gate
 * f = logsigmoid(x W_f + h U_f + b_f)         the logarithm of the forget gate
 * m' = max(f + m, i)                          stabiliser; m' = i while n = 0
 * c' = e^(f + m - m') c + e^(i - m') g
 * n' = e^(f + m - m') n + e^(i - m')          normaliser
 * h' = o * c' / n'
 * </pre>
 *
 * <p>The state keeps c and n divided by {@code e^m}, so that no exponential overflows; h does not
 * depend on it. n' is 1 or more in every state that the cell makes; a smaller one, from a state
 * made by other means, counts as 1. With the option {@code forget} exponential, f is the
 * pre-activation itself (eq. 12). With several heads, U is block-diagonal: a unit sees the units of
 * its own head only (section 2.2).
 *
 * <p>Parameters, packed in the order i f g o: W {@code [I, 4H]}, U {@code [H, 4H / heads]}, whose
 * rows of a head are its own kernel, b {@code [4H]}. State: h, c, n, m, {@code [B, H]} each; the
 * output is h'. Observed: i and f, which are logarithms, g, o, c, n.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param heads the number of blocks of U, a divisor of H
 * @param exponentialForget whether f is exponential instead of sigmoid
 * @param forget the initial value of b_f
 * @param dropout on x, h and g
 */
public record SlstmCell(
    int inputSize,
    int hiddenSize,
    int heads,
    boolean exponentialForget,
    ForgetBiasInit forget,
    CellDropout dropout)
    implements EquationsCell {
  /** Rejects heads that do not divide H. */
  public SlstmCell {
    Heads.require("slstm", hiddenSize, heads);
  }

  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The logarithm of the input gate. */
    I,
    /** The forget gate. */
    F,
    /** The candidate. */
    G,
    /** The output gate. */
    O
  }

  private Gates<Gate> gates() {
    return Gates.all(Gate.class, hiddenSize);
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
    ParameterSpec u =
        ParameterSpec.matrix("U", hiddenSize, Gate.values().length * size())
            .withFans(size(), size());
    return List.of(
        gates().inputKernel("W", inputSize),
        heads == 1 ? u.initializedBy(Spec.of("orthogonal").with("blocks", 4)) : u,
        forget.bias(gates(), "b", Gate.F, Gate.I));
  }

  @Override
  public List<StateSpec> state() {
    return List.of(
        StateSpec.zeros("h", hiddenSize),
        StateSpec.zeros("c", hiddenSize),
        StateSpec.zeros("n", hiddenSize),
        StateSpec.zeros("m", hiddenSize));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor c = state.get("c"); // [B, H]
    Tensor n = state.get("n");
    Tensor m = state.get("m");
    Tensor a =
        x.matmul(context.parameter("W"))
            .plus(context.parameter("b"))
            .plus(recurrent(state.get("h"), context.parameter("U"))); // [B, 4H]
    Tensor i = gates.part(a, Gate.I); // [B, H]
    Tensor f = gates.part(a, Gate.F);
    f = exponentialForget ? f : f.negate().softplus().negate();
    Tensor g = gates.part(a, Gate.G).tanh();
    Tensor o = gates.part(a, Gate.O).sigmoid();

    Tensor kept = f.plus(m);
    Tensor started = n.abs().step(); // 0 while n = 0, where m says nothing
    Tensor mNext = started.select(kept.maximum(i), i);
    Tensor ahead = started.times(kept.minus(i));
    Tensor keep = ahead.negate().relu().negate().exp(); // e^(f + m - m')
    Tensor take = ahead.relu().negate().exp(); // e^(i - m')
    Tensor cNext = keep.times(c).plus(take.times(dropout.onCandidate(g, context)));
    Tensor nNext = keep.times(n).plus(take);
    Tensor hNext = o.times(cNext).dividedBy(nNext.maximum(n.constant(n.shape(), 1)));

    gates.observe(context, i, f, g, o);
    context.observe("c", cNext);
    context.observe("n", nNext);
    Map<String, Tensor> next = new LinkedHashMap<>();
    next.put("h", hNext);
    next.put("c", cNext);
    next.put("n", nNext);
    next.put("m", mNext);
    return new Step(hNext, CellState.of(next));
  }

  /** The product of h with the block-diagonal kernel, {@code [B, 4H]}. */
  private Tensor recurrent(Tensor h, Tensor u) {
    if (heads == 1) {
      return h.matmul(u);
    }
    List<Tensor> products = new ArrayList<>(); // [B, 4d] each
    for (int head = 0; head < heads; head++) {
      int from = head * size();
      products.add(h.slice(-1, from, from + size()).matmul(u.slice(0, from, from + size())));
    }
    List<Tensor> parts = new ArrayList<>();
    for (int gate = 0; gate < Gate.values().length; gate++) {
      for (Tensor product : products) {
        parts.add(product.slice(-1, gate * size(), (gate + 1) * size()));
      }
    }
    return Heads.sideBySide(parts);
  }

  /**
   * Options: {@code heads} (1), {@code forget} (sigmoid by default, exponential), {@code
   * forget-bias} (1), {@code chrono} (0 = off; see {@link ForgetBiasInit}), {@code input-dropout},
   * {@code recurrent-dropout}, {@code candidate-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "slstm";
    }

    @Override
    public String description() {
      return "LSTM with exponential gates and a normaliser, the sLSTM of xLSTM (Beck et al. 2024)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      return new SlstmCell(
          inputSize,
          hiddenSize,
          options.size("heads", 1, 1),
          Heads.readExponential(options),
          ForgetBiasInit.read(options),
          CellDropout.read(options));
    }
  }
}
