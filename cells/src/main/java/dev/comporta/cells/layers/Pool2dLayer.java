package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * 2-D pooling over the image at every timestep: {@code [T, B, C * height * width] -> [T, B, C *
 * height' * width']}, each channel separately.
 *
 * <pre>
 * max:  y[c, i, j] = maximum of x[c, i * stride + k, j * stride + l] over k, l
 * mean: y[c, i, j] = mean of the same
 * height' = (height - kernelHeight) / stride + 1      rounded down, width' likewise
 * </pre>
 *
 * <p>The features of a timestep are the image, channel by channel and row by row, as in {@link
 * Conv2dLayer}. Rows and columns that do not fill a window are omitted. If several positions attain
 * the maximum, the gradient goes to the first.
 *
 * @param grid the picture and its windows
 * @param planes what each window reads, laid out on first use
 * @param mode what is taken of a window
 */
@API(status = API.Status.EXPERIMENTAL)
public record Pool2dLayer(Grid grid, Supplier<Ids> planes, Pooling mode) implements Layer {
  /**
   * Creates a 2-D pooling layer.
   *
   * @param grid the image size and its windows
   * @param mode maximum or mean
   * @return the layer
   */
  public static Pool2dLayer of(Grid grid, Pooling mode) {
    return new Pool2dLayer(grid, new OnFirstUse<>(grid::planes), mode);
  }

  @Override
  public int outputSize() {
    return grid.channels() * grid.rows() * grid.columns();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("pool2d", input, grid.inputSize()); // [T, B, C height width]
    Tensor written = x.gatherColumns(planes.get()); // [T, B, kernel C windows]
    List<Tensor> taps = new ArrayList<>();
    for (int k = 0; k < grid.taps(); k++) {
      taps.add(written.slice(-1, k * outputSize(), (k + 1) * outputSize()));
    }
    return new Output(input.withValues(mode.of(taps)), carry);
  }

  /**
   * Options: {@code height} and {@code width} of the image, required (the number of channels
   * follows from the previous layer); {@code kernel}, or {@code kernel-height} and {@code
   * kernel-width}, required; {@code stride}, or {@code stride-height} and {@code stride-width} (the
   * kernel size by default), {@code mode} (max by default; mean).
   */
  public static final class Provider implements LayerProvider {
    /** The most places of a window; each is an operation. */
    private static final int MOST_TAPS = 1 << 16;

    /** Made by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "pool2d";
    }

    @Override
    public String description() {
      return "2-D maximum or mean pooling over the image at every timestep";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      Grid grid = Grid.read(Features.checked(name(), inputSize), options, true);
      grid.requireResult(name(), grid.channels());
      if (grid.taps() > MOST_TAPS) {
        throw new InvalidOptionException(
            formatted(
                "[%s] expected a kernel of at most %d places but got %d x %d; pool twice with smaller ones",
                name(), MOST_TAPS, grid.down().kernel(), grid.across().kernel()));
      }
      return of(grid, Pooling.read(options));
    }
  }
}
