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
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.Activation;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Convolution over time (Waibel et al. 1989, <i>Phoneme Recognition Using Time-Delay Neural
 * Networks</i>; causal and dilated: van den Oord et al. 2016, <i>WaveNet</i>): {@code [T, B, I] ->
 * [T', B, O]}.
 *
 * <pre>
 * y[t, b] = phi(b + sum over k of x[t * stride + k * dilation - before, b] W_k)
 * </pre>
 *
 * <p>Positions outside a row count as zero, regardless of the values at padding. A row of length L
 * gives {@code L' = (L + before + after - (width - 1) * dilation - 1) / stride + 1} timesteps
 * (rounded down), which are the lengths of the output.
 *
 * <p>Parameters: W {@code [width * I, O]}, tap by tap (PyTorch's {@code weight[o, i, k]} is row
 * {@code k * I + i} of column o), and b {@code [O]}. Carry: none by default, so that chunks of a
 * long sequence are treated as separate sequences. A causal convolution carries {@code past}, the
 * last {@code (width - 1) * dilation} timesteps of its input, and can therefore be divided into
 * chunks anywhere or streamed.
 *
 * @param inputSize I
 * @param filters O
 * @param window which timesteps each output reads
 * @param causal the same convolution as a cell that carries the past, shared by all runs so that
 *     its plan is made once; null if there is no carry
 * @param activation phi
 * @param bias whether it has a bias b
 */
@API(status = API.Status.EXPERIMENTAL)
public record Conv1dLayer(
    int inputSize,
    int filters,
    Window window,
    @Nullable Cell causal,
    Activation activation,
    boolean bias)
    implements Layer {
  /**
   * Creates a convolution over time.
   *
   * @param inputSize I
   * @param filters O
   * @param window which timesteps each output reads
   * @param causal whether the past is carried from chunk to chunk
   * @param activation phi
   * @param bias whether it has a bias b
   * @return the layer
   */
  public static Conv1dLayer of(
      int inputSize,
      int filters,
      Window window,
      boolean causal,
      Activation activation,
      boolean bias) {
    Cell cell =
        causal
            ? new CausalConvolution(
                new DelayLine(inputSize, window.width(), window.dilation()), filters, bias)
            : null;
    return new Conv1dLayer(inputSize, filters, window, cell, activation, bias);
  }

  @Override
  public int outputSize() {
    return filters;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Fans.convolution(inputSize, window.width(), filters, bias);
  }

  @Override
  public List<StateSpec> carry() {
    return causal == null ? List.of() : causal.state();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Features.of("conv1d", input, inputSize);
    if (causal != null) {
      Output output = context.unroll(causal, "", input, carry, false);
      Tensor y = activation.apply(output.sequence().values());
      return new Output(output.sequence().withValues(y), output.carry());
    }
    Sequence taps = Taps.sideBySide("conv1d", input, window); // [T', B, width I]
    Tensor y = taps.values().matmul(context.parameter("W")); // [T', B, O]
    if (bias) {
      y = y.plus(context.parameter("b"));
    }
    return new Output(taps.withValues(activation.apply(y)), carry);
  }

  /**
   * Options: {@code filters} (O) and {@code width}, both required; {@code stride} (1 by default),
   * {@code dilation} (1), {@code padding} (same by default: zeros on both sides, so that a stride
   * of 1 keeps the number of timesteps; causal: zeros only before the first timestep, so that no
   * output depends on the future; none), {@code pad} (the number of zeros on either side, instead
   * of {@code padding}), {@code activation} (identity; see {@link Activation}), {@code bias}
   * (true).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "conv1d";
    }

    @Override
    public String description() {
      return "Convolution over time with stride and dilation, optionally causal (Waibel et al. 1989)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      int checked = Features.checked(name(), inputSize);
      int filters = options.size("filters", 1);
      Window window = Window.read(options, "width", "", checked);
      return of(
          checked,
          filters,
          window,
          window.isCausal(),
          Activation.read(options, "activation", Activation.IDENTITY),
          options.flag("bias", true));
    }
  }
}
