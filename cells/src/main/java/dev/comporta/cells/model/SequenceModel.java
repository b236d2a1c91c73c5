package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Source;
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
import java.util.function.BiFunction;
import org.apiguardian.api.API;

/**
 * A model of layers in sequence and their parameters, built from a specification {@code sequential}
 * whose option {@code layers} lists them. Parameters are named {@code layers.N.NAME}.
 *
 * <p>A specification {@code encoder-decoder} also has the option {@code encoder}: layers that read
 * a source sequence first (Cho et al. 2014; Sutskever, Vinyals and Le 2014; Bahdanau, Cho and
 * Bengio 2015). Their output is available to all of {@code layers}, which read the target sequence.
 * Their parameters are named {@code encoder.layers.N.NAME}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SequenceModel {
  /** The name of the specification that this class builds. */
  public static final String KIND = "sequential";

  /** The name of a specification with an encoder. */
  public static final String ENCODER_DECODER = "encoder-decoder";

  private static final String ENCODER = "encoder.";

  private final Spec spec;
  private final List<Layer> encoder;
  private final List<Layer> layers;
  private final List<ParameterSpec> parameterSpecs;
  private final Parameters parameters;

  private final int inputSize;

  private SequenceModel(
      Spec spec,
      int inputSize,
      List<Layer> encoder,
      List<Layer> layers,
      List<ParameterSpec> parameterSpecs,
      Parameters parameters) {
    this.spec = spec;
    this.inputSize = inputSize;
    this.encoder = List.copyOf(encoder);
    this.layers = List.copyOf(layers);
    this.parameterSpecs = List.copyOf(parameterSpecs);
    this.parameters = parameters;
  }

  /**
   * Builds the layers; all parameters are zero.
   *
   * @param spec the specification; option {@code input-size} (default 0: ids) is the number of
   *     input features, and {@code source-input-size} (default 0) that of an encoder
   * @param catalog used to look up layers and cells
   * @return the model
   * @throws ComportaException if a name is unknown, an option is wrong, or there is no layer
   */
  public static SequenceModel build(Spec spec, Catalog catalog) {
    return ModelLayers.of(spec, catalog).model();
  }

  /** The model of layers. */
  static SequenceModel of(
      ModelLayers made, BiFunction<List<ParameterSpec>, Map<String, String>, Parameters> storage) {
    List<ParameterSpec> parameterSpecs = new ArrayList<>();
    Map<String, String> borrowed = new LinkedHashMap<>();
    addParameters(made.encoder(), ENCODER, parameterSpecs, borrowed);
    addParameters(made.layers(), "", parameterSpecs, borrowed);
    return new SequenceModel(
        made.spec(),
        inputSize(made.spec()),
        made.encoder(),
        made.layers(),
        parameterSpecs,
        storage.apply(parameterSpecs, borrowed));
  }

  private static void addParameters(
      List<Layer> layers,
      String side,
      List<ParameterSpec> parameterSpecs,
      Map<String, String> borrowed) {
    for (int i = 0; i < layers.size(); i++) {
      String prefix = side + prefix(i);
      List<Layer> before = layers.subList(0, i);
      layers
          .get(i)
          .borrowed()
          .forEach((name, shape) ->
              borrowed.put(prefix + name, side + lender(before, name, shape, prefix) + name));
      layers
          .get(i)
          .parameters()
          .forEach(parameter -> parameterSpecs.add(parameter.prefixed(prefix)));
    }
  }

  /**
   * Builds only the layers, without those of an encoder and without storage for parameters.
   *
   * @param spec the specification
   * @param catalog used to look up layers and cells
   * @return first to last
   * @throws ComportaException if a name is unknown, an option is wrong, or there is no layer
   */
  public static List<Layer> layers(Spec spec, Catalog catalog) {
    return layers(spec, encoder(spec, catalog), catalog);
  }

  /** The layers behind an encoder that is made already, or the layers of a model without one. */
  static List<Layer> layers(Spec spec, List<Layer> encoder, Catalog catalog) {
    OptionReader options = options(spec);
    int size = options.size("input-size", 0, 0);
    Source.Sizes source = encoder.isEmpty() ? Source.Sizes.NONE : sizes(encoder);
    return layers(size, source, options.specs("layers"), catalog);
  }

  /**
   * Builds only the layers of the encoder.
   *
   * @param spec the specification
   * @param catalog used to look up layers and cells
   * @return the layers, first to last; none without an encoder
   * @throws ComportaException if a name is unknown, an option is wrong, or there is no layer
   */
  public static List<Layer> encoder(Spec spec, Catalog catalog) {
    OptionReader options = options(spec);
    return spec.name().equals(KIND)
        ? List.of()
        : layers(
            options.size("source-input-size", 0, 0),
            Source.Sizes.NONE,
            options.specs("encoder"),
            catalog);
  }

  private static OptionReader options(Spec spec) {
    boolean withEncoder = spec.name().equals(ENCODER_DECODER);
    if (!withEncoder && !spec.name().equals(KIND)) {
      throw new InvalidOptionException(
          formatted(
              "[model] expected a specification '%s' or '%s' but got '%s'",
              KIND, ENCODER_DECODER, spec.name()));
    }
    OptionReader options = spec.reader();
    options.size("input-size", 0, 0);
    options.specs("layers");
    if (withEncoder) {
      options.size("source-input-size", 0, 0);
      options.specs("encoder");
    }
    options.requireAllRead();
    return options;
  }

  /** The sizes of the source for an encoder of these layers. */
  private static Source.Sizes sizes(List<Layer> encoder) {
    int annotations = encoder.getLast().outputSize();
    for (Layer layer : encoder.reversed()) {
      if (!layer.carry().isEmpty()) {
        long summary = layer.carry().stream().mapToLong(StateSpec::size).sum();
        if (summary > OptionReader.LARGEST_SIZE) {
          throw new InvalidOptionException(
              formatted(
                  "[model] expected an encoder whose last state has at most %d numbers but it has %d; use smaller sizes",
                  OptionReader.LARGEST_SIZE, summary));
        }
        return new Source.Sizes(annotations, (int) summary);
      }
    }
    return new Source.Sizes(annotations, annotations);
  }

  private static List<Layer> layers(
      int inputFeatures, Source.Sizes source, List<Spec> layerSpecs, Catalog catalog) {
    if (layerSpecs.isEmpty()) {
      throw new InvalidOptionException("[model] expected at least one layer but got none");
    }
    return Catalog.asOneModel(() -> built(inputFeatures, source, layerSpecs, catalog));
  }

  private static List<Layer> built(
      int inputFeatures, Source.Sizes source, List<Spec> layerSpecs, Catalog catalog) {
    int size = inputFeatures;
    List<Layer> layers = new ArrayList<>();
    for (Spec layerSpec : layerSpecs) {
      int inputSize = size;
      Layer layer =
          catalog.build(
              Kind.LAYER,
              layerSpec,
              (provider, layerOptions) ->
                  provider.create(inputSize, source, layerOptions, catalog));
      layer.borrowed().forEach((name, shape) -> lender(layers, name, shape, layerSpec.name()));
      layers.add(layer);
      size = layer.outputSize();
    }
    return layers;
  }

  /**
   * The number of input features in a specification.
   *
   * @param spec the specification
   * @return the number of features, or 0 if the input is ids
   */
  public static int inputSize(Spec spec) {
    return spec.reader().size("input-size", 0, 0);
  }

  /**
   * The number of input features of the encoder in a specification.
   *
   * @param spec the specification
   * @return the number of features, or 0 if its input is ids or there is no encoder
   */
  public static int sourceInputSize(Spec spec) {
    return spec.reader().size("source-input-size", 0, 0);
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
        formatted(
            "[%s] expected an earlier layer with a parameter '%s' of shape %s to share but %s",
            borrower,
            name,
            shape,
            others.isEmpty() ? "there is none" : "earlier layers have " + others));
  }

  /** The prefix of a layer of the encoder. */
  static String encoderPrefix(int layer) {
    return ENCODER + prefix(layer);
  }

  static String prefix(int layer) {
    return "layers." + layer + ".";
  }

  /**
   * Initialises every parameter, each from the random stream of its name.
   *
   * @param catalog used to look up initialisers
   * @param random the root of the streams
   */
  public void initialize(Catalog catalog, RandomSource random) {
    for (ParameterSpec parameterSpec : parameterSpecs) {
      Initializer initializer = catalog.initializer(parameterSpec.initializer());
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
   * The specification that this model was built from.
   *
   * @return the specification
   */
  public Spec spec() {
    return spec;
  }

  /**
   * The layers that read the source.
   *
   * @return the layers, first to last; none without an encoder
   */
  public List<Layer> encoder() {
    return encoder;
  }

  /**
   * The layers; with an encoder, those that read the target.
   *
   * @return the layers, first to last
   */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * The declarations of the parameters.
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
   * The number of input features per timestep.
   *
   * @return the number of features, or 0 if the input is ids
   */
  public int inputSize() {
    return inputSize;
  }

  /**
   * The number of output features per timestep.
   *
   * @return the features of the last layer
   */
  public int outputSize() {
    return layers.getLast().outputSize();
  }

  /**
   * The layers with the size of their output and their parameters, as a table for people.
   *
   * @return lines without a line break at the end
   */
  public String summary() {
    return ModelSummary.of(spec, encoder, layers);
  }

  /**
   * The same for a model that is not built: layers without storage.
   *
   * @param spec the specification
   * @param catalog used to look up layers and cells
   * @return lines without a line break at the end
   * @throws ComportaException if a name is unknown, an option is wrong, or there is no layer
   */
  public static String summary(Spec spec, Catalog catalog) {
    return ModelSummary.of(spec, encoder(spec, catalog), layers(spec, catalog));
  }

  @Override
  public String toString() {
    return formatted(
        "%s model of %d layers with %,d parameters",
        spec.name(), encoder.size() + layers.size(), parameters.count());
  }
}
