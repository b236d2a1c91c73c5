package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Pooling over windows of timesteps: {@code [T, B, F] -> [T', B, F]}.
 *
 * <pre>
 * max:  y[t, b] = maximum of x[t * stride + k, b] over k &lt; width
 * mean: y[t, b] = sum of x[t * stride + k, b] over k &lt; width, divided by width
 * </pre>
 *
 * <p>Windows that extend beyond a row's end are omitted, as in PyTorch: a row of length L gives
 * {@code L' = (L - width) / stride + 1} timesteps (rounded down), none if it is shorter than a
 * window. The output has these lengths and zeros at padding. If several timesteps attain the
 * maximum, the gradient goes to the first. For one output per row, see {@link PoolTimeLayer}.
 *
 * @param size F
 * @param window which timesteps each output reads
 * @param mode maximum or mean
 */
@API(status = API.Status.EXPERIMENTAL)
public record Pool1dLayer(int size, Window window, Pooling mode) implements Layer {
  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("pool1d", input, size); // [T, B, F]
    Tensor y = mode.of(List.of(Taps.each("pool1d", x, window))); // [T', B, F]
    int[] lengths = input.lengths();
    if (lengths == null) {
      return new Output(Sequence.of(y), carry);
    }
    int[] counts = window.counts(lengths);
    Tensor inside = Features.inside(y, y.shape().size(0), counts);
    return new Output(Sequence.of(inside.select(y, y.constant(Shape.of(), 0)), counts), carry);
  }

  /**
   * Options: {@code width} (required), {@code stride} (the width by default), {@code mode} (max by
   * default; mean).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "pool1d";
    }

    @Override
    public String description() {
      return "Maximum or mean over windows of timesteps";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int checked = Features.checked(name(), inputSize);
      int width = options.size("width", 1);
      int stride = options.size("stride", 1, width);
      return new Pool1dLayer(checked, new Window(width, stride, 1, 0, 0), Pooling.read(options));
    }
  }
}
