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
 * A fully connected layer, applied at every timestep: {@code [T, B, I] -> [T, B, O]}.
 *
 * <pre>
 * y = phi(x W + b)
 * y = phi(x table^T + b)      tied
 * </pre>
 *
 * <p>Parameters: W {@code [I, O]}, b {@code [O]}. A layer with tied weights has no W: it uses the
 * table {@code [O, I]} of the model's embedding (Press and Wolf 2017, <i>Using the Output Embedding
 * to Improve Language Models</i>).
 *
 * @param inputSize I
 * @param units O
 * @param activation phi
 * @param bias whether it has a bias b
 * @param tied whether the embedding's table replaces W
 * @param kernelStart the initialiser of W, or null for Glorot uniform
 * @param biasStart the initialiser of b, or null for zeros
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
  /** The name of an embedding's table. */
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
   * (false; true shares the table of an earlier embedding, whose vocabulary must equal the number
   * of units and whose features those of the previous layer), {@code initializer} and {@code
   * bias-initializer}, the names or specifications of initialisers (glorot-uniform and zeros by
   * default).
   */
  public static final class Provider implements LayerProvider {
    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "dense";
    }

    @Override
    public String description() {
      return "A fully connected layer with an activation, applied at every timestep";
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
