package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.Activation;
import java.util.List;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * 2-D convolution over the image at every timestep, as in a CNN-LSTM (LeCun et al. 1989,
 * <i>Backpropagation Applied to Handwritten Zip Code Recognition</i>; before an LSTM: Donahue et
 * al. 2015): {@code [T, B, C * height * width] -> [T, B, O * height' * width']}.
 *
 * <pre>
 * y[o, i, j] = phi(b[o] + sum over c, k, l of
 *     x[c, i * stride + k * dilation - pad, j * stride + l * dilation - pad] w[o, c, k, l])
 * height' = (height + 2 pad - (kernelHeight - 1) dilation - 1) / stride + 1      rounded down, width' likewise
 * </pre>
 *
 * <p>The features of a timestep are the image, channel by channel and row by row, in the input and
 * the output (PyTorch's {@code flatten} of {@code [C, height, width]}). Parameters: W {@code [C *
 * kernelHeight * kernelWidth, O]} (PyTorch's {@code weight[o, c, k, l]} is row {@code (c *
 * kernelHeight + k) * kernelWidth + l} of column o), b {@code [O]}.
 *
 * <p>Computed as one matrix product for all timesteps and rows, over a copy of the input in which
 * every window is materialised (im2col).
 *
 * @param grid the picture and its windows
 * @param windows what each window reads, laid out on first use
 * @param positions the same, position by position
 * @param maps the order of the results, laid out on first use
 * @param filters O
 * @param activation phi
 * @param bias whether it has a bias b
 */
@API(status = API.Status.EXPERIMENTAL)
public record Conv2dLayer(
    Grid grid,
    Supplier<Ids> windows,
    Supplier<Ids> positions,
    Supplier<Ids> maps,
    int filters,
    Activation activation,
    boolean bias)
    implements Layer {
  /**
   * Creates a 2-D convolution.
   *
   * @param grid the image size and its windows
   * @param filters O
   * @param activation phi
   * @param bias whether it has a bias b
   * @return the layer
   */
  public static Conv2dLayer of(Grid grid, int filters, Activation activation, boolean bias) {
    return new Conv2dLayer(
        grid,
        grid.windowsOnFirstUse(),
        grid.positionsOnFirstUse(),
        grid.mapsOnFirstUse(filters),
        filters,
        activation,
        bias);
  }

  /** Reads {@code filters}, {@code activation} and {@code bias}. */
  static Conv2dLayer read(Grid grid, OptionReader options) {
    int filters = options.size("filters", 1);
    grid.requireResult(options.name(), filters);
    return of(
        grid,
        filters,
        Activation.read(
            options,
            "activation",
            Activation.IDENTITY,
            Activation.IDENTITY,
            Activation.TANH,
            Activation.RELU,
            Activation.SIGMOID,
            Activation.HARD_THRESHOLD,
            Activation.SOFTPLUS),
        options.flag("bias", true));
  }

  @Override
  public int outputSize() {
    return Math.multiplyExact(filters, grid.rows() * grid.columns());
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Fans.convolution(grid.channels(), grid.taps(), filters, bias);
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("conv2d", input, grid.inputSize()); // [T, B, C height width]
    Tensor y =
        context.training() ? windowByWindow(x, context) : pictureByPicture(x, context, input);
    return new Output(
        input.withValues(y.reshape(input.timesteps(), input.batch(), outputSize())), carry);
  }

  /** Row by row, as streams and exports need it. */
  private Tensor pictureByPicture(Tensor x, LayerContext context, Sequence input) {
    int count = grid.rows() * grid.columns();
    Tensor y =
        x.gatherColumns(windows.get())
            .reshape(input.timesteps(), input.batch(), count, grid.patch())
            .matmul(context.parameter("W")); // [T, B, windows, O]
    if (bias) {
      y = y.plus(context.parameter("b"));
    }
    return activation
        .apply(y)
        .reshape(input.timesteps(), input.batch(), outputSize())
        .gatherColumns(maps.get());
  }

  /**
   * The same values with the pictures innermost: whole rows are gathered, and the gradient of W is
   * a sum over windows before pictures, as in models that earlier versions trained.
   */
  private Tensor windowByWindow(Tensor x, LayerContext context) {
    int pictures = x.shape().rows();
    int count = grid.rows() * grid.columns();
    Tensor written =
        x.transpose()
            .concat(0, x.constant(Shape.of(1, pictures), 0)) // zeros around the image
            .gather(positions.get()) // [patch, windows, T B]
            .reshape(grid.patch(), count * pictures);
    Tensor y =
        context.parameter("W").apply(new Op.MatMul(true, false), written); // [O, windows T B]
    if (bias) {
      y = y.plus(context.parameter("b").reshape(filters, 1));
    }
    return activation.apply(y).reshape(outputSize(), pictures).transpose();
  }

  /**
   * Options: {@code height} and {@code width} of the image, required (the number of channels
   * follows from the previous layer); {@code filters} (O), required; {@code kernel}, or {@code
   * kernel-height} and {@code kernel-width}, required; {@code stride} (1), {@code dilation} (1) and
   * {@code pad} (0), each also per axis, such as {@code stride-height} and {@code stride-width};
   * {@code activation} (identity by default; tanh, relu, sigmoid, hard-threshold, softplus), {@code
   * bias} (true).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "conv2d";
    }

    @Override
    public String description() {
      return "2-D convolution over the image at every timestep (LeCun et al. 1989)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return read(Grid.read(Features.checked(name(), inputSize), options, false), options);
    }
  }
}
