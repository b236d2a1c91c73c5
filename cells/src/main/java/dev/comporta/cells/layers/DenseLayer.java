package dev.comporta.cells.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.cells.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The same linear map and activation at every timestep: {@code [T, B, I] -> [T, B, O]}.
 *
 * <pre>
 * y = phi(x W + b)
 * y = phi(x table^T + b)      tied
 * </pre>
 *
 * <p>Parameters: W {@code [I, O]}, b {@code [O]}. A tied layer has no W: it reads the table {@code
 * [O, I]} of the model's embedding (Press and Wolf 2017, <i>Using the Output Embedding to Improve
 * Language Models</i>).
 *
 * @param inputSize I
 * @param units O
 * @param activation phi
 * @param bias whether there is b
 * @param tied whether the embedding's table stands in for W
 * @param kernelStart how W starts, or null for Glorot's uniform distribution
 * @param biasStart how b starts, or null for zeros
 */
@API(status = API.Status.EXPERIMENTAL)
public record DenseLayer(
    int inputSize,
    int units,
    Activation activation,
    boolean bias,
    boolean tied,
    @Nullable Spec kernelStart,
    @Nullable Spec biasStart)
    implements Layer {
  /** What an embedding calls its table. */
  private static final String TABLE = "table";

  @Override
  public int outputSize() {
    return units;
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    if (!tied) {
      parameters.add(Initial.of(ParameterSpec.matrix("W", inputSize, units), kernelStart));
    }
    if (bias) {
      parameters.add(Initial.of(ParameterSpec.bias("b", units), biasStart));
    }
    return List.copyOf(parameters);
  }

  @Override
  public Map<String, Shape> borrowed() {
    return tied ? Map.of(TABLE, Shape.of(units, inputSize)) : Map.of();
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    Tensor x = Features.of("dense", input, inputSize);
    Tensor y =
        tied
            ? x.matmulTransposed(context.parameter(TABLE))
            : x.matmul(context.parameter("W")); // [T, B, O]
    if (bias) {
      y = y.plus(context.parameter("b"));
    }
    return new Output(input.withValues(activation.apply(y)), carry);
  }

  /**
   * Options: {@code units} (required), {@code activation} (identity by default; tanh, relu,
   * sigmoid, hard-threshold, softplus, softmax, log-softmax), {@code bias} (true), {@code tied}
   * (false): use the table of the embedding before, which must have as many ids as there are units
   * and as many features as the layer before gives; {@code initializer} and {@code
   * bias-initializer}, the names or specifications of initialisers (glorot-uniform, zeros).
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
          options.flag("bias", true),
          options.flag("tied", false),
          Initial.read(options, "initializer"),
          Initial.read(options, "bias-initializer"));
    }
  }
}
