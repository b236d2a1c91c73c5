package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of a model, which may be a layer of another model.
 *
 * @param config its settings
 * @param layers its layers; the paths of those of an inner model begin with its own
 * @param calls the calls of all layers of a functional model; none of a sequential one
 * @param heads the inputs of a functional model
 * @param tails the outputs of a functional model
 * @param models the models among all layers, by their paths, as far as they have been read
 */
record KerasModel(
    Config config,
    List<Config> layers,
    List<Call> calls,
    List<Inbound.Tensor> heads,
    List<Inbound.Tensor> tails,
    Map<String, KerasModel> models) {
  private static final int DEEPEST = 16;
  private static final int MOST_CALLS = 1 << 12;
  private static final int MOST_SOURCES = 1 << 14;
  private static final int MOST_INPUTS = 1 << 8;

  /**
   * A call of a layer.
   *
   * @param layer the layer
   * @param number the number by which other layers refer to it
   * @param sources what it reads
   * @param masked whether the mask of what it reads is passed by name
   */
  record Call(Config layer, int number, List<Inbound.Tensor> sources, boolean masked) {}

  static boolean is(Config config) {
    return switch (config.type()) {
      case "Sequential", "Model", "Functional" -> true;
      default -> false;
    };
  }

  /** Reads a model that is no layer of another one. */
  static KerasModel of(Config config) {
    return read(config, "", new HashMap<>());
  }

  /** A model among the layers; it is read once, however often it is called. */
  KerasModel inner(Config layer) {
    KerasModel known = models.get(layer.path());
    if (known == null) {
      known = read(layer, layer.path(), models);
      models.put(layer.path(), known);
    }
    return known;
  }

  /**
   * Reads the layers of a model.
   *
   * @param config the model
   * @param scope the path of its layers
   * @param models takes the models among its layers
   */
  private static KerasModel read(Config config, String scope, Map<String, KerasModel> models) {
    if (!is(config)) {
      throw config
          .input()
          .refuse(
              formatted(
                  "its model is of class %s; Sequential and Functional models are supported",
                  Printable.quoted(config.type())));
    }
    if (scope.chars().filter(letter -> letter == '/').count() >= DEEPEST) {
      throw config.refuse(formatted("is a model nested more than %d levels deep", DEEPEST));
    }
    JsonNode nodes = config.node().path("layers");
    if (!nodes.isArray() || nodes.isEmpty()) {
      throw config.input().refuse("its configuration has no layers");
    }
    List<Config> layers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode node : nodes) {
      Config layer = Config.of(config.input(), node, config.major()).within(scope);
      if (!names.add(layer.name())) {
        throw layer.refuse("has the name of another layer");
      }
      layers.add(layer);
    }
    if (config.type().equals("Sequential")) {
      return new KerasModel(config, layers, List.of(), List.of(), List.of(), models);
    }
    List<Inbound.Tensor> heads = ends(config, "input");
    List<Inbound.Tensor> tails = ends(config, "output");
    if (heads.size() > MOST_INPUTS) {
      throw config.refuse(formatted("has more than %d inputs", MOST_INPUTS));
    }
    List<Call> calls = numbered(calls(config, layers), tails);
    return new KerasModel(config, layers, calls, heads, tails, models);
  }

  boolean isSequential() {
    return config.type().equals("Sequential");
  }

  /** Where Keras 3 stores the weights of each layer, by name. */
  Map<String, String> paths() {
    return KerasPaths.paths(
        layers.stream().map(Config::name).toList(), layers.stream().map(Config::type).toList());
  }

  private static List<Call> calls(Config config, List<Config> layers) {
    Map<String, Config> named = new HashMap<>();
    Map<String, List<Inbound.Call>> inbound = new HashMap<>();
    int count = 0;
    long sources = 0;
    int at = 0;
    for (JsonNode node : config.node().path("layers")) {
      Config layer = layers.get(at++);
      named.put(layer.name(), layer);
      if (layer.type().equals("InputLayer")) {
        continue;
      }
      List<Inbound.Call> all = Inbound.of(layer, node.path("inbound_nodes"));
      inbound.put(layer.name(), all);
      count += all.size();
      sources += all.stream().mapToLong(call -> call.sources().size()).sum();
      if (count > MOST_CALLS || sources > MOST_SOURCES) {
        throw config.refuse(
            formatted(
                "calls its layers more than %d times or with more than %d inputs",
                MOST_CALLS, MOST_SOURCES));
      }
    }
    Masks masks = new Masks(named, inbound);
    List<Call> calls = new ArrayList<>();
    for (Config layer : layers) {
      if (Masks.computes(layer)) {
        continue;
      }
      int number = 0;
      for (Inbound.Call call : inbound.getOrDefault(layer.name(), List.of())) {
        if (call.sources().isEmpty()) {
          throw layer.refuse("has no input");
        }
        Inbound.Tensor mask = call.mask();
        if (mask != null) {
          masks.require(layer, call.sources().getFirst(), mask);
        }
        calls.add(new Call(layer, number++, call.sources(), mask != null));
      }
    }
    return calls;
  }

  /** The first call of a layer that is a model has the number 1 if it was made with an input. */
  private static List<Call> numbered(List<Call> calls, List<Inbound.Tensor> tails) {
    Set<String> fromZero = new HashSet<>();
    List<Inbound.Tensor> read = new ArrayList<>(tails);
    calls.forEach(call -> read.addAll(call.sources()));
    for (Inbound.Tensor tensor : read) {
      if (tensor.call() == 0) {
        fromZero.add(tensor.layer());
      }
    }
    return calls.stream()
        .map(call ->
            is(call.layer()) && !fromZero.contains(call.layer().name())
                ? new Call(call.layer(), call.number() + 1, call.sources(), call.masked())
                : call)
        .toList();
  }

  /** The names of the inputs or outputs: one, a list of them, or a dictionary. */
  private static List<Inbound.Tensor> ends(Config config, String what) {
    JsonNode list = config.node().path(what + "_layers");
    List<Inbound.Tensor> ends = new ArrayList<>();
    if (list.path(0).isTextual()) {
      ends.add(Inbound.tensor(config, list));
    } else if (list.isContainerNode()) {
      list.forEach(one -> ends.add(Inbound.tensor(config, one)));
    }
    if (ends.isEmpty()) {
      throw config.input().refuse(formatted("its configuration has no %s", what));
    }
    return ends;
  }
}
