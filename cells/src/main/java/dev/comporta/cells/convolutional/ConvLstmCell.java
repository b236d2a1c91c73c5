package dev.comporta.cells.convolutional;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.CellDropout;
import dev.comporta.cells.EquationsCell;
import dev.comporta.cells.ForgetBiasInit;
import dev.comporta.cells.Gates;
import dev.comporta.cells.LstmCell.Gate;
import dev.comporta.cells.layers.ConvLstmGates;
import dev.comporta.cells.layers.Grid;
import java.util.ArrayList;
import java.util.List;

/**
 * The convolutional LSTM, whose states are maps and whose products are convolutions (Shi et al.
 * 2015, <i>Convolutional LSTM Network: A Machine Learning Approach for Precipitation
 * Nowcasting</i>, eq. 3).
 *
 * <pre>
 * i = sigmoid(W_i x + U_i h + b_i + p_i * c)          products are convolutions, * is element-wise
 * f = sigmoid(W_f x + U_f h + b_f + p_f * c)
 * g = tanh(W_g x + U_g h + b_g)
 * c' = f * c + i * g
 * o = sigmoid(W_o x + U_o h + b_o + p_o * c')
 * h' = o * tanh(c')
 * </pre>
 *
 * <p>Without peepholes, the terms with p are absent. Maps of C channels and F filters of a height
 * and a width are features, channel by channel and row by row, as in {@code conv2d}: {@code I = C
 * height width}, {@code H = F height width}. Zeros surround them.
 *
 * <p>Parameters, packed in the order i f g o: W {@code [C kernel kernel, 4F]}, U {@code [F kernel
 * kernel, 4F]}, whose rows are ordered as in {@code conv2d}; b {@code [4F]}; with peepholes p
 * {@code [3H]} in the order i f o. State: h and c {@code [B, H]}; the output is h'. Observed: i, f,
 * g, o, c.
 *
 * @param convolutions the sums of the gates without peepholes
 * @param peepholes whether the gates see c
 * @param forget the initial value of b_f
 * @param dropout on x, h and g
 */
record ConvLstmCell(
    ConvLstmGates convolutions, boolean peepholes, ForgetBiasInit forget, CellDropout dropout)
    implements EquationsCell {
  @Override
  public int inputSize() {
    return convolutions.inputSize();
  }

  @Override
  public int outputSize() {
    return convolutions.hiddenSize();
  }

  private Gates<Gate> peeping() {
    return new Gates<>(List.of(Gate.I, Gate.F, Gate.O), outputSize());
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters =
        new ArrayList<>(
            convolutions.parameters(forget.bias(convolutions.packed(), "b", Gate.F, Gate.I)));
    if (peepholes) {
      parameters.add(
          new ParameterSpec("p", Shape.of(3 * outputSize()), Spec.of("zeros"), 1, outputSize()));
    }
    return List.copyOf(parameters);
  }

  @Override
  public List<StateSpec> state() {
    return convolutions.state();
  }

  @Override
  public Step equations(Tensor x, CellState state, StepContext context) {
    Tensor c = state.get("c"); // [B, H]
    Tensor a = convolutions.sums(x, state, context); // [B, 4H]
    Gates<Gate> gates = convolutions.gates();

    Tensor i = peeped(Gate.I, a, c, context).sigmoid(); // [B, H]
    Tensor f = peeped(Gate.F, a, c, context).sigmoid();
    Tensor g = gates.part(a, Gate.G).tanh();
    Tensor cNext = f.times(c).plus(i.times(dropout.onCandidate(g, context)));
    Tensor o = peeped(Gate.O, a, cNext, context).sigmoid();
    Tensor hNext = o.times(cNext.tanh());

    gates.observe(context, i, f, g, o);
    context.observe("c", cNext);
    return new Step(hNext, CellState.of("h", hNext, "c", cNext));
  }

  private Tensor peeped(Gate gate, Tensor a, Tensor seen, StepContext context) {
    Tensor sum = convolutions.gates().part(a, gate);
    return peepholes ? sum.plus(peeping().part(context.parameter("p"), gate).times(seen)) : sum;
  }

  /**
   * Options: {@code height} and {@code width} of the maps (1 each by default), {@code kernel} (3,
   * odd), {@code peepholes} (false), {@code forget-bias} (1), {@code chrono} (0 = off; see {@link
   * ForgetBiasInit}), {@code input-dropout}, {@code recurrent-dropout}, {@code candidate-dropout}
   * (see {@link CellDropout}). The channels follow from the input size, the filters from the hidden
   * size.
   */
  public static final class Provider implements CellProvider {
    /** The most numbers in the windows or gates of a timestep, per row. */
    private static final int MOST = 1 << 18;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "conv-lstm";
    }

    @Override
    public String description() {
      return "Convolutional LSTM, whose states are maps; options for peepholes (Shi et al. 2015)";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      int height = options.size("height", 1, 1);
      int width = options.size("width", 1, 1);
      int kernel = options.whole("kernel", 1, 63, 3);
      if (kernel % 2 == 0) {
        throw new InvalidOptionException(
            formatted(
                "[conv-lstm] option 'kernel' expected an odd number, so that maps keep their size, but got %d",
                kernel));
      }
      return new ConvLstmCell(
          ConvLstmGates.of(
              name(),
              MOST,
              inputSize,
              hiddenSize,
              Grid.Axis.same(height, kernel, 1, 1),
              Grid.Axis.same(width, kernel, 1, 1)),
          options.flag("peepholes", false),
          ForgetBiasInit.read(options),
          CellDropout.read(options));
    }
  }
}
