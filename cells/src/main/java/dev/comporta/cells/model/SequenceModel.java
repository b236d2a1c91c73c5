package dev.comporta.cells.model;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.training.Initializer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Layers one after the other, built from a specification {@code sequential} whose option {@code
 * layers} lists them, and their parameters. Parameters are named {@code layers.N.NAME}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SequenceModel {
  /** The name of the specification that this class builds. */
  public static final String KIND = "sequential";

  private final Spec spec;
  private final List<Layer> layers;
  private final List<ParameterSpec> parameterSpecs;
  private final Parameters parameters;

  private final int inputSize;

  private SequenceModel(
      Spec spec,
      int inputSize,
      List<Layer> layers,
      List<ParameterSpec> parameterSpecs,
      Map<String, String> borrowed) {
    this.spec = spec;
    this.inputSize = inputSize;
    this.layers = List.copyOf(layers);
    this.parameterSpecs = List.copyOf(parameterSpecs);
    this.parameters = new Parameters(parameterSpecs, borrowed);
  }

  /**
   * Builds the layers; all parameters are zero.
   *
   * @param spec the specification; option {@code input-size} (default 0: ids) gives the features of
   *     the input
   * @param catalog where layers and cells are found
   * @return the model
   * @throws ComportaException if a name is unknown, an option is wrong, or there is no layer
   */
  public static SequenceModel build(Spec spec, Catalog catalog) {
    List<Layer> layers = layers(spec, catalog);
    List<ParameterSpec> parameterSpecs = new ArrayList<>();
    Map<String, String> borrowed = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      String prefix = prefix(i);
      List<Layer> before = layers.subList(0, i);
      layers
          .get(i)
          .borrowed()
          .forEach((name, shape) ->
              borrowed.put(prefix + name, lender(before, name, shape, prefix) + name));
      layers
          .get(i)
          .parameters()
          .forEach(parameter -> parameterSpecs.add(parameter.prefixed(prefix)));
    }
    return new SequenceModel(spec, inputSize(spec), layers, parameterSpecs, borrowed);
  }

  /**
   * Builds the layers alone, without storage for parameters.
   *
   * @param spec the specification
   * @param catalog where layers and cells are found
   * @return first to last
   * @throws ComportaException if a name is unknown, an option is wrong, or there is no layer
   */
  public static List<Layer> layers(Spec spec, Catalog catalog) {
    if (!spec.name().equals(KIND)) {
      throw new InvalidOptionException(
          "[model] expected a specification '%s' but got '%s'".formatted(KIND, spec.name()));
    }
    OptionReader options = spec.reader();
    int size = options.size("input-size", 0, 0);
    List<Spec> layerSpecs = options.specs("layers");
    options.requireAllRead();
    if (layerSpecs.isEmpty()) {
      throw new InvalidOptionException("[model] expected at least one layer but got none");
    }
    List<Layer> layers = new ArrayList<>();
    for (Spec layerSpec : layerSpecs) {
      int inputSize = size;
      Layer layer =
          catalog.build(
              Kind.LAYER,
              layerSpec,
              (provider, layerOptions) -> provider.create(inputSize, layerOptions, catalog));
      layer.borrowed().forEach((name, shape) -> lender(layers, name, shape, layerSpec.name()));
      layers.add(layer);
      size = layer.outputSize();
    }
    return layers;
  }

  /**
   * The size of a timestep's input, as a specification has it.
   *
   * @param spec the specification
   * @return features, or 0 where the input is ids
   */
  public static int inputSize(Spec spec) {
    return spec.reader().size("input-size", 0, 0);
  }

  /** The prefix of the first layer that has a parameter of this name and shape. */
  private static String lender(List<Layer> layers, String name, Shape shape, String borrower) {
    List<Shape> others = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      for (ParameterSpec spec : layers.get(i).parameters()) {
        if (spec.name().equals(name)) {
          if (spec.shape().equals(shape)) {
            return prefix(i);
          }
          others.add(spec.shape());
        }
      }
    }
    throw new InvalidOptionException(
        "[%s] expected a layer before it with a parameter '%s' of %s to share but %s"
            .formatted(
                borrower,
                name,
                shape,
                others.isEmpty() ? "there is none" : "those before it have " + others));
  }

  static String prefix(int layer) {
    return "layers." + layer + ".";
  }

  /**
   * Fills every parameter by its initialiser, each from a stream of its own name.
   *
   * @param catalog where initialisers are found
   * @param random the root of the streams
   */
  public void initialize(Catalog catalog, RandomSource random) {
    for (ParameterSpec parameterSpec : parameterSpecs) {
      Initializer initializer =
          catalog.build(
              Kind.INITIALIZER,
              parameterSpec.initializer(),
              (provider, options) -> provider.create(options));
      Parameter parameter = parameters.get(parameterSpec.name());
      initializer.fill(
          parameterSpec,
          parameters.values(),
          parameter.offset(),
          random.stream(parameterSpec.name()));
    }
    parameters.changed();
  }

  /**
   * The specification.
   *
   * @return what this model was built from
   */
  public Spec spec() {
    return spec;
  }

  /**
   * The layers.
   *
   * @return first to last
   */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * The parameters' specifications.
   *
   * @return in storage order, with full names
   */
  public List<ParameterSpec> parameterSpecs() {
    return parameterSpecs;
  }

  /**
   * The parameters.
   *
   * @return shared storage
   */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * The size of a timestep's input.
   *
   * @return features, or 0 where the input is ids
   */
  public int inputSize() {
    return inputSize;
  }

  /**
   * The size of a timestep's output.
   *
   * @return features of the last layer
   */
  public int outputSize() {
    return layers.getLast().outputSize();
  }
}
