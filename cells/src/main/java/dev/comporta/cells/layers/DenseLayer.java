package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
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

/**
 * The same linear map and activation at every timestep: {@code [T, B, I] -> [T, B, O]}.
 *
 * <pre>
 * y = phi(x W + b)
 * </pre>
 *
 * <p>Parameters: W {@code [I, O]}, b {@code [O]}.
 *
 * @param inputSize I
 * @param units O
 * @param activation phi
 * @param bias whether there is b
 */
@API(status = API.Status.EXPERIMENTAL)
public record DenseLayer(int inputSize, int units, Activation activation, boolean bias)
    implements Layer {
  @Override
  public int outputSize() {
    return units;
  }

  @Override
  public List<ParameterSpec> parameters() {
    ParameterSpec w = ParameterSpec.matrix("W", inputSize, units);
    return bias ? List.of(w, ParameterSpec.bias("b", units)) : List.of(w);
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor y = Features.of("dense", input, inputSize).matmul(context.parameter("W")); // [T, B, O]
    if (bias) {
      y = y.plus(context.parameter("b"));
    }
    return new Output(input.withValues(activation.apply(y)), carry);
  }

  /**
   * Options: {@code units} (required), {@code activation} (identity by default; tanh, relu,
   * sigmoid, hard-threshold, softplus, softmax, log-softmax), {@code bias} (true).
   */
  public static final class Provider implements LayerProvider {
    /** Made by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "dense";
    }

    @Override
    public String description() {
      return "The same linear map and activation at every timestep";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      return new DenseLayer(
          Features.checked(name(), inputSize),
          options.size("units", 1),
          Activation.read(options, "activation", Activation.IDENTITY),
          options.flag("bias", true));
    }
  }
}
