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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The quasi-recurrent network: a convolution over time followed by gated pooling (Bradbury et al.
 * 2017, <i>Quasi-Recurrent Neural Networks</i>, section 2 and eq. 3 to 5).
 *
 * <pre>
 * a_t = x_t W^0 + x_{t-1} W^1 + ... + x_{t-k+1} W^{k-1} + b      for each gate; k: the window
 * n = tanh(a_n),  f, o, i = sigmoid(a_f), sigmoid(a_o), sigmoid(a_i)
 *
 * f-pooling:    c' = f * c + (1 - f) * n,   y = c'
 * fo-pooling:   c' = f * c + (1 - f) * n,   y = o * c'            (default)
 * ifo-pooling:  c' = f * c + i * n,         y = o * c'
 * </pre>
 *
 * <p>The window is causal: inputs before the first timestep are zero. The state keeps what the
 * inputs of the window add to later pre-activations, rather than the inputs: {@code p_j' = x W^j +
 * p_{j+1}} and {@code a = x W^0 + p_1 + b}. So all products are products of the current input, and
 * a stream computes the same as a whole sequence.
 *
 * <p>Parameters for the m gates n f, then o and i where the pooling has them: W {@code [I, k m H]},
 * the kernels {@code W^0 .. W^{k-1}} side by side; b {@code [mH]}. State: c {@code [B, H]}, and for
 * a window of 2 or more p {@code [B, (k-1) m H]}. Output: y {@code [B, H]}. Observed: the gates, c.
 *
 * @param inputSize I
 * @param hiddenSize H
 * @param window k, the number of timesteps that the convolution sees
 * @param pooling the kind of pooling
 * @param dropout on x and n
 */
public record QrnnCell(
    int inputSize, int hiddenSize, int window, Pooling pooling, CellDropout dropout)
    implements EquationsCell {
  /** The kinds of pooling. */
  public enum Pooling {
    /** With a forget gate. */
    F,
    /** With a forget gate and an output gate. */
    FO,
    /** With an input gate of its own as well. */
    IFO
  }

  /** The gates in the order of the packed parameters. */
  public enum Gate {
    /** The candidate. */
    N,
    /** The forget gate. */
    F,
    /** The output gate. */
    O,
    /** The input gate. */
    I
  }

  private Gates<Gate> gates() {
    List<Gate> order =
        switch (pooling) {
          case F -> List.of(Gate.N, Gate.F);
          case FO -> List.of(Gate.N, Gate.F, Gate.O);
          case IFO -> List.of(Gate.N, Gate.F, Gate.O, Gate.I);
        };
    return new Gates<>(order, hiddenSize);
  }

  @Override
  public int outputSize() {
    return hiddenSize;
  }

  @Override
  public List<ParameterSpec> parameters() {
    int columns = gates().columns();
    return List.of(
        ParameterSpec.matrix("W", inputSize, window * columns)
            .withFans(window * inputSize, hiddenSize),
        gates().bias("b"));
  }

  @Override
  public List<StateSpec> state() {
    StateSpec c = StateSpec.zeros("c", hiddenSize);
    return window == 1
        ? List.of(c)
        : List.of(c, StateSpec.zeros("p", (window - 1) * gates().columns()));
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Gates<Gate> gates = gates();
    Tensor c = state.get("c"); // [B, H]
    Map<String, Tensor> next = new LinkedHashMap<>();
    Tensor a = convolution(x, state, next, context); // [B, mH]
    Tensor n = gates.part(a, Gate.N).tanh(); // [B, H]
    Tensor f = gates.part(a, Gate.F).sigmoid();
    Tensor seen = dropout.onCandidate(n, context);
    Tensor i = gates.has(Gate.I) ? gates.part(a, Gate.I).sigmoid() : f.complement();
    Tensor cNext = f.times(c).plus(i.times(seen));
    context.observe("n", n);
    context.observe("f", f);
    context.observe("c", cNext);
    Tensor y = cNext;
    if (gates.has(Gate.O)) {
      Tensor o = gates.part(a, Gate.O).sigmoid();
      context.observe("o", o);
      y = o.times(cNext);
    }
    if (gates.has(Gate.I)) {
      context.observe("i", i);
    }
    next.put("c", cNext);
    return new Step(y, CellState.of(next));
  }

  /** The pre-activations, {@code [B, mH]}; puts the next p into a map. */
  private Tensor convolution(
      Tensor x, CellState state, Map<String, Tensor> next, StepContext context) {
    int columns = gates().columns();
    Tensor products = x.matmul(context.parameter("W")); // [B, k m H]
    if (window == 1) {
      return products.plus(context.parameter("b"));
    }
    Tensor p = state.get("p"); // [B, (k-1) m H]
    List<Tensor> later = new ArrayList<>();
    for (int lag = 1; lag < window; lag++) {
      Tensor sum = products.slice(-1, lag * columns, (lag + 1) * columns);
      later.add(lag + 1 < window ? sum.plus(p.slice(-1, lag * columns, (lag + 1) * columns)) : sum);
    }
    next.put(
        "p",
        later.size() == 1
            ? later.getFirst()
            : later.getFirst().concat(-1, later.subList(1, later.size()).toArray(Tensor[]::new)));
    return products
        .slice(-1, 0, columns)
        .plus(context.parameter("b"))
        .plus(p.slice(-1, 0, columns));
  }

  /**
   * Options: {@code window} (2 by default), {@code pooling} (fo by default, f, ifo), {@code
   * input-dropout}, {@code candidate-dropout} (see {@link CellDropout}).
   */
  public static final class Provider implements CellProvider {
    private static final int LONGEST = 64;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "qrnn";
    }

    @Override
    public String description() {
      return "Quasi-recurrent network (QRNN): a convolution over time and gated pooling (Bradbury et al. 2017)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      int window = options.whole("window", 1, LONGEST, 2);
      Pooling pooling =
          switch (options.choice("pooling", "fo", List.of("f", "fo", "ifo"))) {
            case "f" -> Pooling.F;
            case "ifo" -> Pooling.IFO;
            default -> Pooling.FO;
          };
      return new QrnnCell(
          inputSize, hiddenSize, window, pooling, CellDropout.readWithoutRecurrent(options));
    }
  }
}
