package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import java.util.ArrayList;
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
 */
record KerasModel(
    Config config,
    List<Config> layers,
    List<Call> calls,
    List<Inbound.Tensor> heads,
    List<Inbound.Tensor> tails) {
  private static final int DEEPEST = 16;
  private static final int MOST_CALLS = 1 << 12;
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

  /**
   * Reads the layers of a model.
   *
   * @param config the model
   * @param scope the path of its layers
   */
  static KerasModel of(Config config, String scope) {
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
      return new KerasModel(config, layers, List.of(), List.of(), List.of());
    }
    List<Inbound.Tensor> heads = ends(config, "input");
    List<Inbound.Tensor> tails = ends(config, "output");
    if (heads.size() > MOST_INPUTS) {
      throw config.refuse(formatted("has more than %d inputs", MOST_INPUTS));
    }
    return new KerasModel(config, layers, numbered(calls(config, layers), tails), heads, tails);
  }

  /** A model that is a layer of another one. */
  static KerasModel of(Config config) {
    return of(config, config.path());
  }

  boolean isSequential() {
    return config.type().equals("Sequential");
  }

  /** The layers of a model in a row, without the one that stands for its input. */
  List<Config> row() {
    return layers.stream().filter(layer -> !layer.type().equals("InputLayer")).toList();
  }

  /** Where Keras 3 stores the weights of each layer, by name. */
  Map<String, String> paths() {
    return KerasPaths.paths(
        layers.stream().map(Config::name).toList(), layers.stream().map(Config::type).toList());
  }

  private static List<Call> calls(Config config, List<Config> layers) {
    List<Call> calls = new ArrayList<>();
    Masks masks = new Masks(layers, config.node().path("layers"));
    int at = 0;
    for (JsonNode node : config.node().path("layers")) {
      Config layer = layers.get(at++);
      if (layer.type().equals("InputLayer") || Masks.computes(layer)) {
        continue;
      }
      int number = 0;
      for (Inbound.Call call : Inbound.of(layer, node.path("inbound_nodes"))) {
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
    if (calls.size() > MOST_CALLS) {
      throw config.refuse(formatted("calls its layers more than %d times", MOST_CALLS));
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
