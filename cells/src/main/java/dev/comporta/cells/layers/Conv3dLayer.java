package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * 3-D convolution over time and over the image at every timestep (Ji et al. 2013, <i>3D
 * Convolutional Neural Networks for Human Action Recognition</i>, equation 3): {@code [T, B, C *
 * height * width] -> [T', B, O * height' * width']}.
 *
 * <pre>
 * y[t, o, i, j] = phi(b[o] + sum over m, c, k, l of
 *     x[t * stride_t + m * dilation_t - before, c, i * stride + k * dilation - pad, j * stride + l * dilation - pad]
 *     w[o, c, m, k, l])
 * </pre>
 *
 * <p>The features of a timestep are the image as in {@link Conv2dLayer}, the timesteps of a window
 * and the lengths of the output are those of {@link Conv1dLayer}: positions outside a row count as
 * zero, regardless of the values at padding. Parameters: W {@code [kernelTime * C * kernelHeight *
 * kernelWidth, O]} (PyTorch's {@code weight[o, c, m, k, l]} is row {@code ((m * C + c) *
 * kernelHeight + k) * kernelWidth + l} of column o), b {@code [O]}. Carry: none by default. A
 * causal convolution carries {@code past}, the last {@code (kernelTime - 1) * dilation_t} timesteps
 * of its input, and can therefore be divided into chunks anywhere or streamed.
 *
 * <p>Computed as a 2-D convolution: the images that a window reads are stacked as channels of one.
 *
 * @param inputSize the features of a timestep
 * @param window which timesteps each output reads
 * @param past the timesteps that a causal convolution reads, as a cell that carries them; null if
 *     there is no carry
 * @param stacked the convolution of stacked images
 */
@API(status = API.Status.EXPERIMENTAL)
public record Conv3dLayer(int inputSize, Window window, @Nullable Cell past, Conv2dLayer stacked)
    implements Layer {
  private static final String NAME = "conv3d";

  @Override
  public int outputSize() {
    return stacked.outputSize();
  }

  @Override
  public List<ParameterSpec> parameters() {
    Grid grid = stacked.grid();
    return Fans.convolution(
        grid.channels() / window.width(),
        window.width() * grid.taps(),
        stacked.filters(),
        stacked.bias());
  }

  @Override
  public List<StateSpec> carry() {
    return past == null ? List.of() : past.state();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Features.of(NAME, input, inputSize);
    Output images =
        past == null
            ? new Output(Taps.sideBySide(NAME, input, window), carry)
            : context.unroll(past, "", input, carry, false);
    return stacked.forward(images.sequence(), images.carry(), context);
  }

  /**
   * Options: {@code height} and {@code width} of the image, {@code filters} (O) and {@code
   * kernel-time}, all required; {@code kernel}, {@code stride}, {@code dilation} and {@code pad} of
   * the image as in {@link Conv2dLayer}; {@code stride-time} (1), {@code dilation-time} (1), {@code
   * padding-time} (same by default: zeros on both sides, so that a stride of 1 keeps the number of
   * timesteps; causal: zeros only before the first timestep, so that no output depends on the
   * future; none), {@code pad-time} (the number of zeros on either side, instead of {@code
   * padding-time}), {@code activation} (as in {@link Conv2dLayer}), {@code bias} (true).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "3-D convolution over time and images, optionally causal (Ji et al. 2013)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int checked = Features.checked(NAME, inputSize);
      Window window = Window.read(options, "kernel-time", "-time", checked);
      Grid grid = Grid.read(checked, options, false).stacked(NAME, window.width());
      Cell past =
          window.isCausal() ? new DelayLine(checked, window.width(), window.dilation()) : null;
      return new Conv3dLayer(checked, window, past, Conv2dLayer.read(grid, options));
    }
  }
}
