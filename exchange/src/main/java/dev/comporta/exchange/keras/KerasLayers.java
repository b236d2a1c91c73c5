package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Nonlinearity;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What each layer of Keras becomes; recurrent ones are in {@link RecurrentLayers}. A layer that
 * cannot be represented exactly is refused.
 */
final class KerasLayers {
  private static final double LARGEST_RATE = 0.99;

  /** The numbers that normalisations may make up: for any file, and for each byte of a file. */
  private static final long ROOM = 1L << 25;

  private static final long ROOM_PER_BYTE = 512;

  private final Draft draft;
  private long room;

  KerasLayers(Draft draft) {
    this.draft = draft;
    this.room = ROOM + ROOM_PER_BYTE * draft.input().bytes().length;
  }

  /**
   * Maps a layer.
   *
   * @param config its configuration
   * @param in what enters it
   * @param weights its weights by the path from the layer to the object that owns them
   */
  Mapped map(Config config, Flow in, Function<String, List<ForeignTensor>> weights) {
    String type = config.type();
    if (!PictureLayers.mayRead(type)) {
      in.requireNoPicture(config);
    }
    if (PictureLayers.knows(type)) {
      return PictureLayers.map(config, in, weights.apply(""));
    }
    return switch (type) {
      case "InputLayer" -> Mapped.of(in);
      case "Dense", "TimeDistributedDense" -> dense(config, in, weights.apply(""));
      case "Activation" -> {
        Nonlinearity function = config.activation("activation", "linear");
        if (function == Nonlinearity.SOFTMAX || function == Nonlinearity.LOG_SOFTMAX) {
          in.requireNoPicture(config);
        }
        yield function(function, in);
      }
      case "Softmax" -> {
        if (config.node().path("axis").asInt(-1) != -1) {
          throw config.refuse("has an axis other than the last one");
        }
        yield function(Nonlinearity.SOFTMAX, in);
      }
      case "ReLU" -> relu(config, in);
      case "ELU" -> {
        if (config.real("alpha", 1) != 1) {
          throw config.refuse("has an alpha other than 1");
        }
        yield function(Nonlinearity.ELU, in);
      }
      case "Dropout", "SpatialDropout1D" -> dropout(config, in);
      case "GaussianNoise",
          "GaussianDropout",
          "AlphaDropout",
          "SpatialDropout2D",
          "ActivityRegularization" ->
          leftOut(config, in);
      case "Flatten" -> flatten(config, in);
      case "Reshape" -> reshape(config, in);
      case "RepeatVector" -> {
        if (!in.vector()) {
          throw config.refuse("expected a vector to repeat but got a sequence");
        }
        int times = config.size("n");
        yield Mapped.of(in.during(times), Piece.of(Spec.of("repeat").with("times", times)));
      }
      case "Conv1D", "Convolution1D" -> convolution(config, in, weights.apply(""));
      case "MaxPooling1D", "AveragePooling1D" -> pooling(config, in);
      case "GlobalMaxPooling1D", "GlobalAveragePooling1D" -> {
        in.requireSequence(config);
        config.requireOff("keepdims");
        String mode = type.contains("Max") ? "max" : "mean";
        yield Mapped.of(
            Flow.vector(in.features()), Piece.of(Spec.of("pool-time").with("mode", mode)));
      }
      case "BatchNormalization" -> batchNormalization(config, in, weights.apply(""));
      case "LayerNormalization" -> layerNormalization(config, in, weights.apply(""));
      case "LeakyReLU" ->
          Mapped.of(
              in,
              Piece.of(
                  Spec.of("leaky-relu")
                      .with("slope", config.real("negative_slope", config.real("alpha", 0.3)))));
      case "Permute" -> permute(config, in);
      default -> throw config.refuse("is not supported");
    };
  }

  private Mapped leftOut(Config config, Flow in) {
    draft.note(
        formatted(
            "layer '%s' (%s) acts in training only and was left out",
            config.name(), config.type()));
    return Mapped.of(in);
  }

  private static Mapped function(Nonlinearity function, Flow in) {
    return function == Nonlinearity.IDENTITY
        ? Mapped.of(in)
        : Mapped.of(in, Piece.function(function));
  }

  static void requireCount(Config config, List<ForeignTensor> weights, int expected) {
    if (weights.size() != expected) {
      throw config.refuse(
          formatted("needs %d arrays of weights but has %d", expected, weights.size()));
    }
  }

  private Mapped dense(Config config, Flow in, List<ForeignTensor> weights) {
    if (in.features() == 0) {
      throw config.refuse("expected features but got ids");
    }
    int units = config.size("units", "output_dim");
    boolean bias = config.flag("use_bias", config.flag("bias", true));
    Nonlinearity activation = config.activation("activation", "linear");
    requireCount(config, weights, bias ? 2 : 1);
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("W", config.matrix(weights.getFirst(), in.features(), units));
    if (bias) {
      parameters.put("b", config.vector(weights.get(1), units));
    }
    return activated(
        in.with(units), Spec.of("dense").with("units", units), bias, activation, parameters);
  }

  /** A dense layer or a convolution, with an option or a layer for its activation. */
  private static Mapped activated(
      Flow out,
      Spec spec,
      boolean bias,
      Nonlinearity activation,
      Map<String, ForeignTensor> parameters) {
    Spec layer = bias ? spec : spec.with("bias", false);
    return switch (activation) {
      case IDENTITY -> Mapped.of(out, new Piece(layer, parameters));
      case TANH, RELU, SIGMOID, SOFTPLUS, SOFTMAX, LOG_SOFTMAX ->
          Mapped.of(out, new Piece(layer.with("activation", activation.word()), parameters));
      default -> Mapped.of(out, new Piece(layer, parameters), Piece.function(activation));
    };
  }

  private static Mapped relu(Config config, Flow in) {
    double most = config.real("max_value", Double.POSITIVE_INFINITY);
    boolean plain = config.real("negative_slope", 0) == 0 && config.real("threshold", 0) == 0;
    if (!plain || (most != Double.POSITIVE_INFINITY && most != 6)) {
      throw config.refuse("has a slope, a threshold or a maximum that is not supported");
    }
    return function(most == 6 ? Nonlinearity.RELU6 : Nonlinearity.RELU, in);
  }

  private Mapped dropout(Config config, Flow in) {
    double rate = config.real("rate", config.real("p", 0));
    if (rate <= 0) {
      return Mapped.of(in);
    }
    if (in.features() == 0 || rate > LARGEST_RATE || config.node().path("noise_shape").isArray()) {
      return leftOut(config, in);
    }
    Spec spec = Spec.of("dropout").with("rate", rate);
    return Mapped.of(
        in, Piece.of(config.type().equals("Dropout") ? spec : spec.with("shared-over-time", true)));
  }

  private static Mapped flatten(Config config, Flow in) {
    if (in.picture() != null && !in.vector()) {
      throw config.refuse("flattens pictures and timesteps together, which is not supported");
    }
    if (in.picture() != null) {
      return PictureLayers.flat(in);
    }
    if (in.vector()) {
      return Mapped.of(in);
    }
    if (in.timesteps() < 1) {
      throw config.refuse("needs a fixed number of timesteps but its input has a variable number");
    }
    return Mapped.of(
        Flow.vector(Math.multiplyExact(in.timesteps(), in.features())),
        Piece.of(Spec.of("flatten").with("timesteps", in.timesteps())));
  }

  /** Shapes of one or two axes with the same number of elements. */
  private static Mapped reshape(Config config, Flow from) {
    if (from.picture() != null && !from.vector()) {
      throw config.refuse("reshapes pictures at every timestep, which is not supported");
    }
    Mapped flat = PictureLayers.flat(from);
    Flow in = flat.flow();
    List<Integer> sizes = new ArrayList<>();
    config.node().path("target_shape").forEach(size -> sizes.add(size.asInt(0)));
    if (!in.vector() && in.timesteps() < 1) {
      if (sizes.equals(List.of(-1, in.features()))) {
        return Mapped.of(in);
      }
      throw config.refuse("needs a fixed number of timesteps but its input has a variable number");
    }
    long all = (long) in.timesteps() * in.features();
    long known = 1;
    int open = -1;
    for (int axis = 0; axis < sizes.size(); axis++) {
      if (sizes.get(axis) == -1 && open < 0) {
        open = axis;
      } else {
        known *= Math.max(1, sizes.get(axis));
      }
    }
    if (open >= 0 && known > 0 && all % known == 0) {
      sizes.set(open, (int) (all / known));
    }
    long product = sizes.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (product != all
        || sizes.isEmpty()
        || sizes.size() > 3
        || sizes.stream().anyMatch(size -> size < 1)) {
      throw config.refuse(
          formatted(
              "changes %s to the shape %s, which is not supported",
              in.vector()
                  ? formatted("a vector of %d", in.features())
                  : formatted("%d timesteps of %d features", in.timesteps(), in.features()),
              sizes));
    }
    List<Piece> pieces = new ArrayList<>(flat.pieces());
    boolean same = sizes.size() == 2 && sizes.get(0) == in.timesteps();
    if (in.timesteps() > 1 && !same) {
      pieces.add(Piece.of(Spec.of("flatten").with("timesteps", in.timesteps())));
    }
    if (sizes.size() == 1) {
      return new Mapped(pieces, Flow.vector((int) all));
    }
    if (sizes.size() == 3) {
      return new Mapped(
          pieces,
          Flow.vector((int) all)
              .with(new Flow.Picture(sizes.get(0), sizes.get(1), sizes.get(2), true)));
    }
    if (sizes.get(0) > 1 && !same) {
      pieces.add(Piece.of(Spec.of("unflatten").with("timesteps", sizes.get(0))));
    }
    return new Mapped(pieces, new Flow(sizes.get(1), sizes.get(0), false));
  }

  private static Mapped permute(Config config, Flow in) {
    List<Integer> axes = new ArrayList<>();
    config.node().path("dims").forEach(axis -> axes.add(axis.asInt(0)));
    if (axes.equals(List.of(1)) || axes.equals(List.of(1, 2))) {
      return Mapped.of(in);
    }
    if (in.vector() || !axes.equals(List.of(2, 1))) {
      throw config.refuse(formatted("exchanges the axes %s, which is not supported", axes));
    }
    if (in.timesteps() < 1) {
      throw config.refuse("needs a fixed number of timesteps but its input has a variable number");
    }
    return Mapped.of(
        new Flow(/* features= */ in.timesteps(), /* timesteps= */ in.features(), false),
        Piece.of(Spec.of("swap-time").with("timesteps", in.timesteps())));
  }

  private Mapped convolution(Config config, Flow in, List<ForeignTensor> weights) {
    in.requireSequence(config);
    int filters = config.size("filters", "nb_filter");
    int width = config.size("kernel_size", "filter_length");
    int stride =
        config.size(config.node().has("subsample_length") ? "subsample_length" : "strides");
    int dilation = config.size(1, "dilation_rate");
    if (config.size(1, "groups") != 1
        || config.text("data_format", "channels_last").equals("channels_first")) {
      throw config.refuse("has groups or another data_format, which is not supported");
    }
    String padding = config.padding();
    Spec spec = Spec.of("conv1d").with("filters", filters).with("width", width);
    int reach = Math.multiplyExact(width - 1, dilation);
    int out = in.timesteps();
    switch (padding) {
      case "valid" -> {
        spec = spec.with("padding", "none");
        out = out < 0 ? -1 : (out - reach - 1) / stride + 1;
      }
      case "same" -> {
        if (stride != 1) {
          throw config.refuse("has padding 'same' with strides, whose zeros depend on the length");
        }
      }
      case "causal" -> {
        if (stride != 1) {
          throw config.refuse("has padding 'causal' with strides, which is not supported");
        }
        spec = spec.with("padding", "causal");
      }
      default -> throw config.refuse("has padding " + padding + ", which is not supported");
    }
    if (stride != 1) {
      spec = spec.with("stride", stride);
    }
    if (dilation != 1) {
      spec = spec.with("dilation", dilation);
    }
    boolean bias = config.flag("use_bias", config.flag("bias", true));
    requireCount(config, weights, bias ? 2 : 1);
    ForeignTensor kernel = weights.getFirst();
    if (kernel.rank() == 4 && kernel.size(1) == 1) { // Keras 1: [width, 1, in, out]
      kernel = kernel.reshaped(kernel.size(0), kernel.size(2), kernel.size(3));
    }
    if (kernel.rank() != 3
        || kernel.size(0) != width
        || kernel.size(1) != in.features()
        || kernel.size(2) != filters) {
      throw config.refuse(
          formatted(
              "needs weights of shape [%d, %d, %d] but has %s",
              width, in.features(), filters, Printable.quoted(kernel)));
    }
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("W", kernel.reshaped(width * in.features(), filters));
    if (bias) {
      parameters.put("b", config.vector(weights.get(1), filters));
    }
    return activated(
        new Flow(filters, out, false),
        spec,
        bias,
        config.activation("activation", "linear"),
        parameters);
  }

  private static Mapped pooling(Config config, Flow in) {
    in.requireSequence(config);
    int width = config.size("pool_size", "pool_length");
    int stride =
        config.node().has("stride") ? config.size(width, "stride") : config.size(width, "strides");
    if (!config.padding().equals("valid")
        || config.text("data_format", "channels_last").equals("channels_first")) {
      throw config.refuse("has a padding or a data_format that is not supported");
    }
    int out = in.timesteps() < 0 ? -1 : Math.max(0, (in.timesteps() - width) / stride + 1);
    return Mapped.of(
        in.during(out),
        Piece.of(
            Spec.of("pool1d")
                .with("width", width)
                .with("stride", stride)
                .with("mode", config.type().startsWith("Max") ? "max" : "mean")));
  }

  private static void requireLastAxis(Config config, Flow in) {
    JsonNode axis = config.node().path("axis");
    JsonNode only = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
    int number = only.asInt(-1);
    int last = (in.vector() ? 1 : 2) + (in.picture() == null ? 0 : in.picture().axes());
    if (number != -1 && number != last) {
      throw config.refuse("normalises an axis other than the features");
    }
  }

  /** Makes room for a scale and a shift of each feature, of which the file may hold none. */
  private void requireRoom(Config config, Flow in) {
    room -= 2L * in.features();
    if (room < 0) {
      throw config.refuse(
          formatted(
              "normalises %d features, which is out of proportion to the file", in.features()));
    }
  }

  private Mapped batchNormalization(Config config, Flow in, List<ForeignTensor> weights) {
    requireLastAxis(config, in);
    requireRoom(config, in);
    if (config.node().path("mode").asInt(0) != 0) {
      throw config.refuse("has a mode that uses the statistics of the batch");
    }
    boolean scale = config.flag("scale", true);
    boolean center = config.flag("center", true);
    requireCount(config, weights, 2 + (scale ? 1 : 0) + (center ? 1 : 0));
    int at = 0;
    Flow.Picture picture = in.picture();
    int size = picture == null ? in.features() : picture.channels();
    ForeignTensor gamma =
        scale ? config.vector(weights.get(at++), size) : Kernels.filled("gamma", size, 1);
    ForeignTensor beta =
        center ? config.vector(weights.get(at++), size) : Kernels.filled("beta", size, 0);
    ForeignTensor mean = config.vector(weights.get(at++), size);
    ForeignTensor[] affine =
        Kernels.normalization(
            gamma, beta, mean, config.vector(weights.get(at), size), config.real("epsilon", 1e-3));
    draft.note(
        formatted(
            "layer '%s' (BatchNormalization) became a scale and a shift, which further training adjusts",
            config.name()));
    return Mapped.of(
        in,
        new Piece(
            Spec.of("affine"),
            Map.of(
                "scale",
                picture == null ? affine[0] : PictureLayers.spread(affine[0], picture),
                "shift",
                picture == null ? affine[1] : PictureLayers.spread(affine[1], picture))));
  }

  private Mapped layerNormalization(Config config, Flow in, List<ForeignTensor> weights) {
    requireLastAxis(config, in);
    requireRoom(config, in);
    config.requireOff("rms_scaling");
    boolean scale = config.flag("scale", true);
    boolean center = config.flag("center", true);
    requireCount(config, weights, (scale ? 1 : 0) + (center ? 1 : 0));
    int size = in.features();
    ForeignTensor gamma =
        scale ? config.vector(weights.get(0), size) : Kernels.filled("gamma", size, 1);
    ForeignTensor beta =
        center ? config.vector(weights.get(scale ? 1 : 0), size) : Kernels.filled("beta", size, 0);
    return Mapped.of(
        in,
        new Piece(
            Spec.of("layer-norm").with("epsilon", config.real("epsilon", 1e-3)),
            Map.of("gamma", gamma, "beta", beta)));
  }
}
