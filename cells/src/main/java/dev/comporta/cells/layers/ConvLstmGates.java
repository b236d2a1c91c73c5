package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.Gates;
import dev.comporta.cells.LstmCell.Gate;
import java.util.List;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * The gates of a convolutional LSTM before their activation functions: {@code W x + U h + b}, whose
 * products are convolutions. That of h has stride 1 and keeps the size of the maps.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ConvLstmGates {
  private final Convolution input;
  private final Convolution recurrent;
  private final int filters;
  private final int hiddenSize;
  private final Supplier<Ids> byMap;

  /** A convolution: what each window reads, and the windows, one for each place of the result. */
  private record Convolution(Grid grid, Supplier<Ids> windows) {
    Convolution(Grid grid) {
      this(grid, grid.windowsOnFirstUse());
    }

    /** Convolves maps {@code [B, channels height width]} to {@code [B, places, 4F]}. */
    Tensor apply(Tensor maps, Tensor kernel) {
      return maps.gatherColumns(windows.get())
          .rowsOf(grid.rows() * grid.columns(), grid.patch())
          .matmul(kernel);
    }
  }

  private ConvLstmGates(Grid input, Grid recurrent, int hiddenSize) {
    this.input = new Convolution(input);
    this.recurrent = new Convolution(recurrent);
    this.filters = recurrent.channels();
    this.hiddenSize = hiddenSize;
    this.byMap = recurrent.mapsOnFirstUse(4 * filters);
  }

  /**
   * The gates of a cell. The channels of x follow from the input size, the filters F from the
   * hidden size.
   *
   * @param cell the name of the cell, for messages
   * @param most the most numbers in all windows or gates of a timestep, per row
   * @param inputSize the features of x, whole maps of the image of the windows
   * @param hiddenSize H, whole maps with a place for each window
   * @param down the windows of the convolution of x along the rows, which must fit
   * @param across the windows along the columns, which must fit
   * @return the gates; windows are laid out when they are first needed
   * @throws InvalidOptionException if a size is not one of whole maps, or a timestep would need
   *     more numbers
   */
  public static ConvLstmGates of(
      String cell, int most, int inputSize, int hiddenSize, Grid.Axis down, Grid.Axis across) {
    int height = down.windows();
    int width = across.windows();
    int channels = maps(cell, "an input size", inputSize, down.size(), across.size());
    int filters = maps(cell, "a hidden size", hiddenSize, height, width);
    long places = (long) height * width;
    long window = (long) Math.max(channels, filters) * down.kernel() * across.kernel();
    if (Math.max(window, 4L * filters) > most / places) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected at most %d numbers in the windows and in the gates of a timestep but %d channels and %d filters at %d places with a kernel of %d x %d have more; use smaller maps, fewer filters or a smaller kernel",
              cell, most, channels, filters, places, down.kernel(), across.kernel()));
    }
    return new ConvLstmGates(
        new Grid(channels, down, across),
        new Grid(
            filters,
            Grid.Axis.same(height, down.kernel(), 1, 1),
            Grid.Axis.same(width, across.kernel(), 1, 1)),
        hiddenSize);
  }

  /** The number of maps in some features. */
  private static int maps(String cell, String what, int features, int height, int width) {
    long places = (long) height * width;
    if (features % places != 0) {
      throw new InvalidOptionException(
          formatted(
              "[%s] expected %s of whole maps of %d x %d but got %d features",
              cell, what, height, width, features));
    }
    return (int) (features / places);
  }

  /**
   * The features of x.
   *
   * @return channels times height times width
   */
  public int inputSize() {
    return input.grid().inputSize();
  }

  /**
   * The features of h and of c.
   *
   * @return H
   */
  public int hiddenSize() {
    return hiddenSize;
  }

  /**
   * The gates of the kernels and of the bias.
   *
   * @return i f g o, F columns each
   */
  public Gates<Gate> packed() {
    return Gates.all(Gate.class, filters);
  }

  /**
   * The gates of a timestep.
   *
   * @return i f g o, H features each
   */
  public Gates<Gate> gates() {
    return Gates.all(Gate.class, hiddenSize);
  }

  /**
   * The parameters of {@link #sums}.
   *
   * @param bias b, {@code [4F]}
   * @return W and U, whose rows are ordered as in {@code conv2d}, and b
   */
  public List<ParameterSpec> parameters(ParameterSpec bias) {
    return List.of(
        packed().inputKernel("W", input.grid().patch()),
        packed().inputKernel("U", recurrent.grid().patch()),
        bias);
  }

  /**
   * The state of the cell.
   *
   * @return h and c, {@code [B, H]} each
   */
  public List<StateSpec> state() {
    return List.of(StateSpec.zeros("h", hiddenSize), StateSpec.zeros("c", hiddenSize));
  }

  /**
   * The sums of all gates.
   *
   * @param x {@code [B, I]}
   * @param state of which h is read
   * @param context the parameters W, U and b
   * @return {@code W x + U h + b}, {@code [B, 4H]}, map by map
   */
  public Tensor sums(Tensor x, CellState state, StepContext context) {
    Tensor sum =
        input
            .apply(x, context.parameter("W"))
            .plus(recurrent.apply(state.get("h"), context.parameter("U")))
            .plus(context.parameter("b")); // [B, places, 4F]
    return sum.rowsOf(4 * hiddenSize).gatherColumns(byMap.get());
  }
}
