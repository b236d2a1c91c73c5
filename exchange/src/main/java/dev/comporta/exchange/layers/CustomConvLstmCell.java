package dev.comporta.exchange.layers;

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
import dev.comporta.cells.Gates;
import dev.comporta.cells.LstmCell.Gate;
import dev.comporta.cells.layers.ConvLstmGates;
import dev.comporta.cells.layers.Grid;
import java.util.List;

/**
 * {@code custom-conv-lstm}: the convolutional LSTM of Keras, whose convolution of x may have
 * strides and dilation and may change the size of the maps, and whose activation functions can be
 * chosen.
 *
 * <pre>
 * i = gate(W_i x + U_i h + b_i)          products are convolutions, * is element-wise
 * f = gate(W_f x + U_f h + b_f)
 * g = candidate(W_g x + U_g h + b_g)
 * c' = f * c + i * g
 * o = gate(W_o x + U_o h + b_o)
 * h' = o * output(c')
 * </pre>
 *
 * <p>The convolution of h has stride 1 and keeps the size of the maps. Parameters, layouts and
 * state are those of {@code conv-lstm}. Observed: i, f, g, o, c.
 *
 * @param convolutions the sums of the gates
 * @param gate the function of i, f and o
 * @param candidate the function of g
 * @param output the function of c'
 */
public record CustomConvLstmCell(
    ConvLstmGates convolutions, Nonlinearity gate, Nonlinearity candidate, Nonlinearity output)
    implements Cell {
  @Override
  public int inputSize() {
    return convolutions.inputSize();
  }

  @Override
  public int outputSize() {
    return convolutions.hiddenSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return convolutions.parameters(convolutions.packed().bias("b"));
  }

  @Override
  public List<StateSpec> state() {
    return convolutions.state();
  }

  @Override
  public Step step(Tensor x, CellState state, StepContext context) {
    Tensor a = convolutions.sums(x, state, context); // [B, 4H]
    Gates<Gate> gates = convolutions.gates();
    Tensor i = gate.apply(gates.part(a, Gate.I)); // [B, H]
    Tensor f = gate.apply(gates.part(a, Gate.F));
    Tensor g = candidate.apply(gates.part(a, Gate.G));
    Tensor cNext = f.times(state.get("c")).plus(i.times(g));
    Tensor o = gate.apply(gates.part(a, Gate.O));
    Tensor hNext = o.times(output.apply(cNext));
    gates.observe(context, i, f, g, o);
    context.observe("c", cNext);
    return new Step(hNext, CellState.of("h", hNext, "c", cNext));
  }

  /**
   * Options: {@code height} and {@code width} of the maps of x (1 each by default); {@code
   * kernel-height} and {@code kernel-width} (3), of both convolutions; {@code stride-height},
   * {@code stride-width}, {@code dilation-height} and {@code dilation-width} (1), of that of x;
   * {@code padding} of that of x: {@code same} (default; see {@link Grid.Axis#same}) or {@code
   * valid}, no zeros; {@code gate-activation} (sigmoid), {@code activation} (tanh), {@code
   * output-activation} (tanh): see {@link Nonlinearity}. The channels follow from the input size,
   * the filters from the hidden size.
   */
  public static final class Provider implements CellProvider {
    /** The most numbers in the windows or gates of a timestep, per row. */
    private static final int MOST = 1 << 23;

    private static final int WIDEST = 63;
    private static final int FARTHEST = 1 << 10;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "custom-conv-lstm";
    }

    @Override
    public String description() {
      return "A convolutional LSTM with strides and any activation functions, for imported models";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      boolean same = options.choice("padding", "same", List.of("same", "valid")).equals("same");
      Grid.Axis down = axis("height", same, options);
      Grid.Axis across = axis("width", same, options);
      if (!down.fits() || !across.fits()) {
        throw new InvalidOptionException(
            formatted(
                "[%s] expected a kernel that fits into maps of %d x %d but got one that does not; use padding 'same' or a smaller kernel or dilation",
                name(), down.size(), across.size()));
      }
      return new CustomConvLstmCell(
          ConvLstmGates.of(name(), MOST, inputSize, hiddenSize, down, across),
          Nonlinearity.read(options, "gate-activation", Nonlinearity.SIGMOID),
          Nonlinearity.read(options, "activation", Nonlinearity.TANH),
          Nonlinearity.read(options, "output-activation", Nonlinearity.TANH));
    }

    private static Grid.Axis axis(String name, boolean same, OptionReader options) {
      int size = options.size(name, 1, 1);
      int kernel = options.whole("kernel-" + name, 1, WIDEST, 3);
      int stride = options.whole("stride-" + name, 1, FARTHEST, 1);
      int dilation = options.whole("dilation-" + name, 1, FARTHEST, 1);
      return same
          ? Grid.Axis.same(size, kernel, stride, dilation)
          : new Grid.Axis(size, kernel, stride, dilation, 0);
    }
  }
}
