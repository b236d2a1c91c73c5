package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Nonlinearity;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What each layer of Keras becomes. A layer that cannot be represented exactly is refused. */
final class KerasLayers {
  private static final double LARGEST_RATE = 0.99;

  private final Draft draft;

  KerasLayers(Draft draft) {
    this.draft = draft;
  }

  /**
   * The result of one layer.
   *
   * @param pieces our layers, none if it does nothing
   * @param flow what leaves it
   */
  record Mapped(List<Piece> pieces, Flow flow) {
    static Mapped of(Flow flow, Piece... pieces) {
      return new Mapped(List.of(pieces), flow);
    }
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
    if (RecurrentWeights.knows(type) && !type.endsWith("Cell")) {
      return recurrent(config, in, weights);
    }
    return switch (type) {
      case "InputLayer" -> Mapped.of(in);
      case "Bidirectional" -> bidirectional(config, in, weights);
      case "RNN" -> cells(config, in, weights);
      case "TimeDistributed" -> timeDistributed(config, in, weights);
      case "Embedding" -> embedding(config, in, weights.apply(""));
      case "Dense", "TimeDistributedDense" -> dense(config, in, weights.apply(""));
      case "Activation" -> function(config.activation("activation", "linear"), in);
      case "Softmax" -> {
        if (config.node().path("axis").asInt(-1) != -1) {
          throw config.refuse("has another axis than the last one");
        }
        yield function(Nonlinearity.SOFTMAX, in);
      }
      case "ReLU" -> relu(config, in);
      case "ELU" -> {
        if (config.real("alpha", 1) != 1) {
          throw config.refuse("has another alpha than 1");
        }
        yield function(Nonlinearity.ELU, in);
      }
      case "Dropout", "SpatialDropout1D" -> dropout(config, in);
      case "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization" -> {
        draft.note(
            formatted(
                "layer '%s' (%s) acts in training only and was left out", config.name(), type));
        yield Mapped.of(in);
      }
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
        requireSequence(config, in);
        config.requireOff("keepdims");
        String mode = type.contains("Max") ? "max" : "mean";
        yield Mapped.of(
            Flow.vector(in.features()), Piece.of(Spec.of("pool-time").with("mode", mode)));
      }
      case "BatchNormalization" -> batchNormalization(config, in, weights.apply(""));
      case "LayerNormalization" -> layerNormalization(config, in, weights.apply(""));
      case "Masking" ->
          throw config.refuse(
              "masks timesteps by their values, and such masks may have holes, which lengths cannot express");
      default ->
          throw config.refuse(
              "is not supported; a layer of your own needs a plug-in that maps it to layers of ours");
    };
  }

  private static void requireSequence(Config config, Flow in) {
    if (in.vector()) {
      throw config.refuse("expected a sequence but got a vector");
    }
  }

  private static Mapped function(Nonlinearity function, Flow in) {
    return function == Nonlinearity.IDENTITY
        ? Mapped.of(in)
        : Mapped.of(in, Piece.function(function));
  }

  private static Map<String, ForeignTensor> prefixed(
      String prefix, Map<String, ForeignTensor> parameters) {
    Map<String, ForeignTensor> named = new LinkedHashMap<>();
    parameters.forEach((name, tensor) -> named.put(prefix + name, tensor));
    return named;
  }

  private void requireUsual(Config config) {
    config.requireOff("return_state", "time_major");
    if (config.flag("stateful", false)) {
      draft.note(
          formatted(
              "layer '%s' is stateful: keep a session or a carry to continue its state",
              config.name()));
    }
    for (String rate : List.of("dropout", "recurrent_dropout", "dropout_W", "dropout_U")) {
      if (config.real(rate, 0) > 0) {
        draft.note(
            formatted(
                "layer '%s' has %s %s, which acts in training only and was left out",
                config.name(), rate, config.real(rate, 0)));
      }
    }
  }

  private Mapped recurrent(Config config, Flow in, Function<String, List<ForeignTensor>> weights) {
    requireSequence(config, in);
    requireUsual(config);
    RecurrentWeights cell = new RecurrentWeights(config, in.features());
    return unrolled(config, in, cell, cell.parameters(weights.apply("cell")));
  }

  private Mapped unrolled(
      Config config, Flow in, RecurrentWeights cell, Map<String, ForeignTensor> parameters) {
    boolean sequences = config.flag("return_sequences", false);
    boolean backwards = config.flag("go_backwards", false);
    Spec spec = Spec.of("recurrent").with("cell", cell.cell()).with("hidden", cell.units());
    if (backwards) {
      spec = spec.with("reverse", true);
    }
    if (!sequences) {
      spec = spec.with("returns", "last");
    }
    List<Piece> pieces = new ArrayList<>(List.of(new Piece(spec, prefixed("cell.", parameters))));
    if (backwards && sequences) {
      pieces.add(Piece.of(Spec.of("reverse"))); // Keras returns the order in which it computed
    }
    return new Mapped(pieces, sequences ? in.with(cell.units()) : Flow.vector(cell.units()));
  }

  /** A layer of one cell, or of several that form a stack. */
  private Mapped cells(Config config, Flow in, Function<String, List<ForeignTensor>> weights) {
    requireSequence(config, in);
    requireUsual(config);
    Config outer = Config.of(config.input(), config.node().path("cell"), config.major());
    List<Config> inner = new ArrayList<>();
    boolean stack = outer.type().equals("StackedRNNCells");
    if (stack) {
      for (JsonNode one : outer.node().path("cells")) {
        inner.add(Config.of(config.input(), one, config.major()));
      }
    } else {
      inner.add(outer);
    }
    if (inner.isEmpty() || (inner.size() > 1 && config.flag("go_backwards", false))) {
      throw config.refuse("has a stack of cells that is empty or runs backwards");
    }
    List<Piece> pieces = new ArrayList<>();
    Flow flow = in;
    List<ForeignTensor> all = stack ? weights.apply("") : List.of();
    int taken = 0;
    for (int n = 0; n < inner.size(); n++) {
      if (!RecurrentWeights.knows(inner.get(n).type())) {
        throw inner.get(n).refuse("is not supported");
      }
      RecurrentWeights cell = new RecurrentWeights(inner.get(n), flow.features());
      List<ForeignTensor> own;
      if (!stack) {
        own = weights.apply("cell");
      } else {
        int count = inner.get(n).flag("use_bias", true) ? 3 : 2;
        own =
            all.isEmpty()
                ? weights.apply(
                    "cell/cells/" + (n == 0 ? snake(inner.get(n)) : snake(inner.get(n)) + "_" + n))
                : all.subList(Math.min(taken, all.size()), Math.min(taken + count, all.size()));
        taken += count;
      }
      boolean last = n == inner.size() - 1;
      if (last) {
        Mapped end = unrolled(config, flow, cell, cell.parameters(own));
        pieces.addAll(end.pieces());
        return new Mapped(pieces, end.flow());
      }
      pieces.add(
          new Piece(
              Spec.of("recurrent").with("cell", cell.cell()).with("hidden", cell.units()),
              prefixed("cell.", cell.parameters(own))));
      flow = flow.with(cell.units());
    }
    throw config.refuse("has no cells");
  }

  private static String snake(Config config) {
    return config.type().replace("Cell", "_cell").toLowerCase(java.util.Locale.ROOT);
  }

  private Mapped bidirectional(
      Config config, Flow in, Function<String, List<ForeignTensor>> weights) {
    requireSequence(config, in);
    Config inner = Config.of(config.input(), config.node().path("layer"), config.major());
    requireUsual(inner);
    if (!RecurrentWeights.knows(inner.type()) || inner.flag("go_backwards", false)) {
      throw config.refuse("wraps " + inner.type() + " in a way that is not supported");
    }
    JsonNode other = config.node().path("backward_layer").path("config");
    if (other.isObject()) {
      for (String key : List.of("units", "activation", "recurrent_activation", "reset_after")) {
        if (!other.path(key).equals(inner.node().path(key))) {
          throw config.refuse("has a backward layer that differs in " + key);
        }
      }
    }
    RecurrentWeights cell = new RecurrentWeights(inner, in.features());
    Map<String, ForeignTensor> ahead = cell.parameters(weights.apply("forward_layer/cell"));
    Map<String, ForeignTensor> back = cell.parameters(weights.apply("backward_layer/cell"));
    boolean sequences = inner.flag("return_sequences", false);
    String mode = config.text("merge_mode", "");
    int size = mode.equals("concat") ? 2 * cell.units() : cell.units();
    Flow out = sequences ? in.with(size) : Flow.vector(size);
    if (mode.equals("mul")) {
      return Mapped.of(out, product(cell, ahead, back, sequences));
    }
    String merge =
        switch (mode) {
          case "concat" -> "concatenate";
          case "sum" -> "sum";
          case "ave" -> "mean";
          default -> throw config.refuse("returns two outputs (merge_mode null)");
        };
    Spec spec =
        Spec.of("bidirectional")
            .with("cell", cell.cell())
            .with("hidden", cell.units())
            .with("merge", merge);
    if (!sequences) {
      spec = spec.with("returns", "last");
    }
    Map<String, ForeignTensor> both = new LinkedHashMap<>(prefixed("forward.", ahead));
    both.putAll(prefixed("backward.", back));
    return Mapped.of(out, new Piece(spec, both));
  }

  /** Two directions whose outputs are multiplied, as a graph. */
  private static Piece product(
      RecurrentWeights cell,
      Map<String, ForeignTensor> ahead,
      Map<String, ForeignTensor> back,
      boolean sequences) {
    Spec forward =
        Spec.of("recurrent")
            .with("cell", cell.cell())
            .with("hidden", cell.units())
            .with("returns", sequences ? "sequence" : "last");
    GraphDraft graph = new GraphDraft();
    int a = graph.layer(0, new Piece(forward, prefixed("cell.", ahead)));
    int b = graph.layer(0, new Piece(forward.with("reverse", true), prefixed("cell.", back)));
    graph.merge("product", List.of(a, b));
    return graph.piece();
  }

  private Mapped timeDistributed(
      Config config, Flow in, Function<String, List<ForeignTensor>> weights) {
    requireSequence(config, in);
    Config inner = Config.of(config.input(), config.node().path("layer"), config.major());
    return switch (inner.type()) {
      case "Dense",
          "Activation",
          "Dropout",
          "ReLU",
          "ELU",
          "Softmax",
          "BatchNormalization",
          "LayerNormalization" ->
          map(inner, in, path -> weights.apply("layer"));
      default ->
          throw config.refuse(
              "applies "
                  + Config.of(config.input(), config.node().path("layer"), 3).type()
                  + " at every timestep, which is not supported");
    };
  }

  private Mapped embedding(Config config, Flow in, List<ForeignTensor> weights) {
    if (in.features() != 0) {
      throw config.refuse("is not the first layer");
    }
    config.requireOff("mask_zero");
    int vocabulary = config.size("input_dim");
    int size = config.size("output_dim");
    ForeignTensor table = matrix(config, one(config, weights, 1, 0), vocabulary, size);
    return Mapped.of(
        in.with(size),
        new Piece(
            Spec.of("embedding").with("vocabulary", vocabulary).with("size", size),
            Map.of("table", table)));
  }

  private static ForeignTensor one(
      Config config, List<ForeignTensor> weights, int expected, int index) {
    if (weights.size() != expected) {
      throw config.refuse(
          formatted("expected %d arrays of weights but has %d", expected, weights.size()));
    }
    return weights.get(index);
  }

  private static ForeignTensor matrix(Config config, ForeignTensor tensor, int rows, int columns) {
    if (tensor.rank() != 2 || tensor.size(0) != rows || tensor.size(1) != columns) {
      throw config.refuse(
          formatted(
              "expected weights of shape [%d, %d] but has %s", rows, columns, quoted(tensor)));
    }
    return tensor;
  }

  private static String quoted(ForeignTensor tensor) {
    return dev.comporta.exchange.files.Input.quoted(tensor);
  }

  private static ForeignTensor vector(Config config, ForeignTensor tensor, int size) {
    if (tensor.values().length != size) {
      throw config.refuse(formatted("expected %d numbers but has %s", size, quoted(tensor)));
    }
    return tensor.reshaped(size);
  }

  private Mapped dense(Config config, Flow in, List<ForeignTensor> weights) {
    if (in.features() == 0) {
      throw config.refuse("expected features but got ids");
    }
    int units = config.size("units", "output_dim");
    boolean bias = config.flag("use_bias", config.flag("bias", true));
    Nonlinearity activation = config.activation("activation", "linear");
    int expected = bias ? 2 : 1;
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("W", matrix(config, one(config, weights, expected, 0), in.features(), units));
    if (bias) {
      parameters.put("b", vector(config, weights.get(1), units));
    }
    return activated(
        in.with(units), Spec.of("dense").with("units", units), bias, activation, parameters);
  }

  /** A dense layer or a convolution with its activation, ours or a layer of its own. */
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
      draft.note(
          formatted(
              "layer '%s' (%s) acts in training only and was left out",
              config.name(), config.type()));
      return Mapped.of(in);
    }
    Spec spec = Spec.of("dropout").with("rate", rate);
    return Mapped.of(
        in, Piece.of(config.type().equals("Dropout") ? spec : spec.with("shared-over-time", true)));
  }

  private static Mapped flatten(Config config, Flow in) {
    if (in.vector()) {
      return Mapped.of(in);
    }
    if (in.timesteps() < 1) {
      throw config.refuse("needs a fixed number of timesteps but its input has any number");
    }
    return Mapped.of(
        Flow.vector(Math.multiplyExact(in.timesteps(), in.features())),
        Piece.of(Spec.of("flatten").with("timesteps", in.timesteps())));
  }

  /** Only between a vector and a sequence of one timestep; anything else mixes axes. */
  private static Mapped reshape(Config config, Flow in) {
    JsonNode target = config.node().path("target_shape");
    List<Integer> sizes = new ArrayList<>();
    target.forEach(size -> sizes.add(size.asInt(0)));
    boolean one = in.timesteps() == 1;
    if (one && sizes.size() == 1 && matches(sizes.get(0), in.features())) {
      return Mapped.of(Flow.vector(in.features()));
    }
    if (one
        && sizes.size() == 2
        && (sizes.get(0) == 1 || sizes.get(0) == -1)
        && matches(sizes.get(1), in.features())) {
      return Mapped.of(in.during(1));
    }
    if (!in.vector()
        && sizes.size() == 2
        && sizes.get(0) == in.timesteps()
        && sizes.get(1) == in.features()) {
      return Mapped.of(in);
    }
    throw config.refuse(formatted("changes the shape to %s, which is not supported", sizes));
  }

  private static boolean matches(int size, int features) {
    return size == features || size == -1;
  }

  private Mapped convolution(Config config, Flow in, List<ForeignTensor> weights) {
    requireSequence(config, in);
    int filters = config.size("filters", "nb_filter");
    int width = config.size("kernel_size", "filter_length");
    int stride =
        config.size(config.node().has("subsample_length") ? "subsample_length" : "strides");
    int dilation = config.size(1, "dilation_rate");
    if (config.size(1, "groups") != 1
        || config.text("data_format", "channels_last").equals("channels_first")) {
      throw config.refuse("has groups or another data_format, which is not supported");
    }
    String padding = config.text("padding", config.text("border_mode", "valid"));
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
          throw config.refuse("has padding 'causal' with strides");
        }
        spec = spec.with("padding", "causal");
      }
      default -> throw config.refuse("has padding " + padding);
    }
    if (stride != 1) {
      spec = spec.with("stride", stride);
    }
    if (dilation != 1) {
      spec = spec.with("dilation", dilation);
    }
    boolean bias = config.flag("use_bias", config.flag("bias", true));
    ForeignTensor kernel = one(config, weights, bias ? 2 : 1, 0);
    if (kernel.rank() == 4 && kernel.size(1) == 1) { // Keras 1: [width, 1, in, out]
      kernel = kernel.reshaped(kernel.size(0), kernel.size(2), kernel.size(3));
    }
    if (kernel.rank() != 3
        || kernel.size(0) != width
        || kernel.size(1) != in.features()
        || kernel.size(2) != filters) {
      throw config.refuse(
          formatted(
              "expected weights of shape [%d, %d, %d] but has %s",
              width, in.features(), filters, quoted(kernel)));
    }
    Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
    parameters.put("W", kernel.reshaped(width * in.features(), filters));
    if (bias) {
      parameters.put("b", vector(config, weights.get(1), filters));
    }
    return activated(
        new Flow(filters, out, false),
        spec,
        bias,
        config.activation("activation", "linear"),
        parameters);
  }

  private static Mapped pooling(Config config, Flow in) {
    requireSequence(config, in);
    int width = config.size("pool_size", "pool_length");
    int stride =
        config.node().has("stride") ? config.size(width, "stride") : config.size(width, "strides");
    if (!config.text("padding", config.text("border_mode", "valid")).equals("valid")
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

  private static boolean isLastAxis(Config config, Flow in) {
    JsonNode axis = config.node().path("axis");
    JsonNode only = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
    int number = only.asInt(-1);
    return number == -1 || number == (in.vector() ? 1 : 2);
  }

  private Mapped batchNormalization(Config config, Flow in, List<ForeignTensor> weights) {
    if (!isLastAxis(config, in)) {
      throw config.refuse("normalises another axis than the features");
    }
    if (config.node().path("mode").asInt(0) != 0) {
      throw config.refuse("has a mode that uses the statistics of the batch");
    }
    boolean scale = config.flag("scale", true);
    boolean center = config.flag("center", true);
    int expected = 2 + (scale ? 1 : 0) + (center ? 1 : 0);
    one(config, weights, expected, 0);
    int at = 0;
    int size = in.features();
    ForeignTensor gamma =
        scale ? vector(config, weights.get(at++), size) : Kernels.filled("gamma", size, 1);
    ForeignTensor beta =
        center ? vector(config, weights.get(at++), size) : Kernels.filled("beta", size, 0);
    ForeignTensor mean = vector(config, weights.get(at++), size);
    ForeignTensor[] affine =
        Kernels.normalization(
            gamma, beta, mean, vector(config, weights.get(at), size), config.real("epsilon", 1e-3));
    draft.note(
        formatted(
            "layer '%s' (BatchNormalization) became a scale and a shift, which are trained further as such",
            config.name()));
    return Mapped.of(
        in, new Piece(Spec.of("affine"), Map.of("scale", affine[0], "shift", affine[1])));
  }

  private static Mapped layerNormalization(Config config, Flow in, List<ForeignTensor> weights) {
    if (!isLastAxis(config, in)) {
      throw config.refuse("normalises another axis than the features");
    }
    config.requireOff("rms_scaling");
    boolean scale = config.flag("scale", true);
    boolean center = config.flag("center", true);
    int expected = (scale ? 1 : 0) + (center ? 1 : 0);
    if (weights.size() != expected) {
      throw config.refuse(
          formatted("expected %d arrays of weights but has %d", expected, weights.size()));
    }
    int size = in.features();
    ForeignTensor gamma =
        scale ? vector(config, weights.get(0), size) : Kernels.filled("gamma", size, 1);
    ForeignTensor beta =
        center ? vector(config, weights.get(scale ? 1 : 0), size) : Kernels.filled("beta", size, 0);
    return Mapped.of(
        in,
        new Piece(
            Spec.of("layer-norm").with("epsilon", config.real("epsilon", 1e-3)),
            Map.of("gamma", gamma, "beta", beta)));
  }
}
