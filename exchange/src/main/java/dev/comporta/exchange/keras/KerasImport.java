package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Hdf5;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.JsonTree;
import dev.comporta.exchange.files.ZipArchive;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Imports models of Keras 1, 2 and 3. */
public final class KerasImport {
  private final Input input;
  private final Draft draft;
  private final KerasWeights weights;
  private final int major;

  private KerasImport(Input input, Draft draft, KerasWeights weights, int major) {
    this.input = input;
    this.draft = draft;
    this.weights = weights;
    this.major = major;
  }

  /** Whether an archive is a {@code .keras} file. */
  public static boolean is(ZipArchive zip) {
    return zip.names().contains("config.json") && zip.names().contains("model.weights.h5");
  }

  /** Imports a {@code .keras} file. */
  public static Draft archive(Input file) {
    JsonNode config;
    JsonNode metadata;
    byte[] hdf5;
    try (ZipArchive zip = ZipArchive.open(file)) {
      config = JsonTree.parse(file, zip.bytes("config.json"));
      metadata = JsonTree.parse(file, zip.bytes("metadata.json"));
      hdf5 = zip.bytes("model.weights.h5");
    }
    String version = metadata.path("keras_version").asText("3");
    Draft draft = new Draft(file, "keras", "Keras " + version);
    try (Hdf5 weights = Hdf5.open(file.part("model.weights.h5", hdf5))) {
      return new KerasImport(file, draft, KerasWeights.read(file, weights), major(version))
          .model(config);
    }
  }

  /** Imports an HDF5 file, with its own configuration or a separate one. */
  public static Draft hdf5(Input file, @Nullable JsonNode architecture) {
    try (Hdf5 hdf5 = Hdf5.open(file)) {
      String config = hdf5.text("", "model_config");
      String version = version(hdf5, architecture);
      Draft draft = new Draft(file, "keras", "Keras " + version);
      KerasWeights weights = KerasWeights.read(file, hdf5);
      JsonNode model = architecture;
      if (model == null && config != null) {
        model = JsonTree.parse(file, config);
      }
      if (model == null) {
        throw withoutConfiguration(file, weights);
      }
      return new KerasImport(file, draft, weights, major(version)).model(model);
    }
  }

  private static String version(Hdf5 hdf5, @Nullable JsonNode architecture) {
    String version = hdf5.text("", "keras_version");
    if (version == null && hdf5.has("model_weights")) {
      version = hdf5.text("model_weights", "keras_version");
    }
    if (architecture != null && architecture.path("keras_version").isTextual()) {
      version = architecture.path("keras_version").textValue();
    }
    return version == null ? hdf5.has("layers") ? "3" : "1" : version;
  }

  private static int major(String version) {
    return version.isEmpty() ? 2 : Character.digit(version.charAt(0), 10);
  }

  private static RuntimeException withoutConfiguration(Input file, KerasWeights weights) {
    List<String> layers = new ArrayList<>();
    String custom = "";
    for (Map.Entry<String, List<ForeignTensor>> layer : weights.lists().entrySet()) {
      layers.add(layer.getKey());
      for (ForeignTensor tensor : layer.getValue()) {
        String last = tensor.name().substring(tensor.name().lastIndexOf('/') + 1);
        last = last.replaceAll(":\\d+$", "");
        if (!weights.isTree() && last.endsWith("_W") && custom.isEmpty()) {
          custom =
              formatted(
                  "; layer %s with the weights %s seems to be a custom layer, which is not supported",
                  Printable.quoted(layer.getKey()), Printable.quoted(tensor.name()));
        }
      }
    }
    return file.refuse(
        formatted(
            "it holds the weights of the layers %s but no configuration; give Keras' JSON of the model with --architecture%s",
            Printable.quoted(layers), custom));
  }

  private Draft model(JsonNode root) {
    String type = root.path("class_name").asText("");
    JsonNode config = root.path("config");
    if (type.equals("Sequential")) {
      JsonNode layers = config.isArray() ? config : config.path("layers");
      sequential(layers);
    } else if (type.equals("Model") || type.equals("Functional")) {
      functional(config);
    } else {
      throw input.refuse(
          formatted(
              "its model is of class %s; Sequential and Functional models are supported",
              Printable.quoted(type)));
    }
    weights.requireAllTaken();
    return draft;
  }

  private Map<String, String> paths(List<Config> layers) {
    return KerasWeights.paths(
        layers.stream().map(Config::name).toList(), layers.stream().map(Config::type).toList());
  }

  private List<Config> configs(JsonNode layers) {
    if (!layers.isArray() || layers.isEmpty()) {
      throw input.refuse("its configuration has no layers");
    }
    List<Config> configs = new ArrayList<>();
    layers.forEach(layer -> configs.add(Config.of(input, layer, major)));
    return configs;
  }

  private void sequential(JsonNode layers) {
    List<Config> configs = configs(layers);
    Map<String, String> paths = paths(configs);
    KerasLayers mapping = new KerasLayers(draft);
    Flow flow = start(configs.getFirst(), configs);
    draft.inputSize(flow.features());
    draft.timesteps(flow.vector() ? 1 : flow.timesteps());
    for (Config config : configs) {
      Mapped mapped = mapping.map(config, flow, taking(config, paths));
      mapped.pieces().forEach(draft::add);
      flow = mapped.flow();
    }
  }

  private Function<String, List<ForeignTensor>> taking(Config config, Map<String, String> paths) {
    String path = paths.getOrDefault(config.name(), "");
    return inside -> weights.take(config.name(), path, inside);
  }

  /** What enters the first layer. */
  private Flow start(Config first, List<Config> all) {
    Config second = all.size() > 1 ? all.get(1) : first;
    boolean ids =
        first.type().equals("Embedding")
            || (first.type().equals("InputLayer") && second.type().equals("Embedding"));
    JsonNode shape = JsonTree.parse(input, "null");
    for (Config config : all.subList(0, Math.min(2, all.size()))) {
      for (String key : List.of("batch_input_shape", "batch_shape")) {
        if (config.node().path(key).isArray()) {
          shape = config.node().path(key);
          break;
        }
      }
      if (shape.isArray()) {
        break;
      }
    }
    if (shape.isArray()) {
      return flow(first, shape, ids);
    }
    if (ids) {
      JsonNode length = first.node().path("input_length");
      return new Flow(0, length.isInt() ? length.intValue() : -1, false);
    }
    int features = first.size("input_dim");
    JsonNode length = first.node().path("input_length");
    return first.type().startsWith("Dense")
        ? Flow.vector(features)
        : new Flow(features, length.isInt() ? length.intValue() : -1, false);
  }

  private static Flow flow(Config config, JsonNode shape, boolean ids) {
    int rank = shape.size();
    if (ids && rank == 2) {
      return new Flow(0, shape.get(1).asInt(-1), false);
    }
    if (rank == 2 && shape.get(1).isInt()) {
      return Flow.vector(shape.get(1).intValue());
    }
    if (rank == 3 && shape.get(2).isInt() && shape.get(2).intValue() > 0) {
      return new Flow(shape.get(2).intValue(), shape.get(1).asInt(-1), false);
    }
    throw config.refuse(
        "has an input of the shape "
            + Printable.quoted(shape)
            + ", which is neither a sequence nor a vector");
  }

  private void functional(JsonNode config) {
    List<Config> configs = configs(config.path("layers"));
    Map<String, String> paths = paths(configs);
    Map<String, List<String>> inbound = new LinkedHashMap<>();
    for (JsonNode layer : config.path("layers")) {
      Config one = Config.of(input, layer, major);
      inbound.put(one.name(), Inbound.of(one, layer.path("inbound_nodes")));
    }
    String from = only(config.path("input_layers"), "input");
    String to = only(config.path("output_layers"), "output");
    KerasLayers mapping = new KerasLayers(draft);
    Map<String, Flow> flows = new HashMap<>();
    Map<String, Integer> values = new HashMap<>();
    GraphDraft graph = new GraphDraft();
    List<Piece> chain = new ArrayList<>();
    boolean straight = true;
    String before = "";
    int last = 0;
    List<Config> open = new ArrayList<>(configs);
    while (!open.isEmpty()) {
      Config layer = null;
      for (Config one : open) {
        if (flows.keySet().containsAll(inbound.getOrDefault(one.name(), List.of()))) {
          layer = one;
          break;
        }
      }
      if (layer == null) {
        throw input.refuse(
            "the graph of its layers has a cycle or refers to a layer that does not exist");
      }
      open.remove(layer);
      String name = layer.name();
      List<String> sources = inbound.getOrDefault(name, List.of());
      if (layer.type().equals("InputLayer")) {
        if (!name.equals(from)) {
          throw layer.refuse("is a second input, which is not supported");
        }
        boolean ids =
            configs.stream()
                .anyMatch(one ->
                    one.type().equals("Embedding")
                        && inbound.getOrDefault(one.name(), List.of()).contains(name));
        JsonNode shape = layer.node().path("batch_input_shape");
        Flow flow = flow(layer, shape.isArray() ? shape : layer.node().path("batch_shape"), ids);
        draft.inputSize(flow.features());
        draft.timesteps(flow.vector() ? 1 : flow.timesteps());
        flows.put(name, flow);
        values.put(name, 0);
        before = name;
        continue;
      }
      if (sources.isEmpty()) {
        throw layer.refuse("has no input");
      }
      straight &= sources.size() == 1 && sources.getFirst().equals(before);
      Flow flow = flows.get(sources.getFirst());
      int value = values.getOrDefault(sources.getFirst(), 0);
      String merge = merge(layer);
      if (merge != null) {
        straight = false;
        List<Integer> read = new ArrayList<>();
        int size = 0;
        for (String source : sources) {
          Flow one = flows.get(source);
          if (one == null || flow == null || one.vector() != flow.vector()) {
            throw layer.refuse("merges a vector with a sequence");
          }
          size += one.features();
          read.add(values.getOrDefault(source, 0));
        }
        value = graph.merge(merge, read);
        flow = merge.equals("concatenate") && flow != null ? flow.with(size) : flow;
      } else {
        if (sources.size() != 1 || flow == null) {
          throw layer.refuse(formatted("has %d inputs, which is not supported", sources.size()));
        }
        Mapped mapped = mapping.map(layer, flow, taking(layer, paths));
        for (Piece piece : mapped.pieces()) {
          value = graph.layer(value, piece);
          chain.add(piece);
        }
        flow = mapped.flow();
      }
      if (flow != null) {
        flows.put(name, flow);
      }
      values.put(name, value);
      before = name;
      last = value;
    }
    if (values.getOrDefault(to, 0) != last) {
      throw input.refuse(
          "layer " + Printable.quoted(before) + " of its graph is not connected to the output");
    }
    if (straight) {
      chain.forEach(draft::add);
    } else {
      draft.add(graph.piece());
    }
  }

  private static @Nullable String merge(Config layer) {
    return switch (layer.type()) {
      case "Concatenate", "concatenate" -> {
        int axis = layer.node().path("axis").asInt(-1);
        if (axis != -1 && axis != 2) {
          throw layer.refuse("concatenates an axis other than the features");
        }
        yield "concatenate";
      }
      case "Add" -> "sum";
      case "Multiply" -> "product";
      case "Average" -> "mean";
      case "Maximum" -> "maximum";
      case "Minimum" -> "minimum";
      case "Subtract" -> "difference";
      default -> null;
    };
  }

  /** The name of the only input or output. */
  private String only(JsonNode list, String what) {
    JsonNode first = list.path(0).isArray() ? list.path(0) : list;
    if (!first.path(0).isTextual() || (list.path(0).isArray() && list.size() != 1)) {
      throw input.refuse(
          formatted("expected a model with one %s but got %s", what, Printable.quoted(list)));
    }
    return first.path(0).textValue();
  }
}
