package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The layers of a model and how they are connected, as a graph of ours. */
final class KerasGraph {
  private final Input input;
  private final Draft draft;
  private final KerasWeights weights;
  private final GraphDraft graph = new GraphDraft();
  private final LayerCalls calls;
  private final ModelInputs inputs;

  KerasGraph(Input input, Draft draft, KerasWeights weights, LayerCalls.Setting setting) {
    this.input = input;
    this.draft = draft;
    this.weights = weights;
    this.inputs = new ModelInputs(draft, graph);
    this.calls = new LayerCalls(draft, graph, inputs, setting);
  }

  private Map<String, String> paths(List<Config> layers) {
    return KerasPaths.paths(
        layers.stream().map(Config::name).toList(), layers.stream().map(Config::type).toList());
  }

  /** The weights of a layer; a layer that is called again gets the same. */
  private Function<String, List<ForeignTensor>> taking(Config config, Map<String, String> paths) {
    String path = paths.getOrDefault(config.name(), "");
    Map<String, List<ForeignTensor>> taken = new HashMap<>();
    return inside -> taken.computeIfAbsent(inside, key -> weights.take(config.name(), path, key));
  }

  /** Layers in a row. */
  void sequential(List<Config> configs) {
    Map<String, String> paths = paths(configs);
    Value value = inputs.first(configs);
    for (Config config : configs) {
      List<Value> values = calls.call(config, List.of(value), taking(config, paths));
      if (values.size() != 1) {
        throw config.refuse(
            formatted("returns %d values, of which the next layer reads one", values.size()));
      }
      value = values.getFirst();
    }
    new ModelOutputs(input, draft, graph, inputs).set(List.of(""), List.of(value));
  }

  /** A call of a layer. */
  private record Call(Config layer, int number, List<Inbound.Tensor> sources) {
    boolean isReady(Map<String, Map<Integer, List<Value>>> known) {
      return sources.stream()
          .allMatch(it -> known.getOrDefault(it.layer(), Map.of()).containsKey(it.call()));
    }
  }

  /** A functional model. */
  void functional(JsonNode config, List<Config> configs) {
    Map<String, String> paths = paths(configs);
    Map<String, Function<String, List<ForeignTensor>>> taking = new HashMap<>();
    Set<String> names = new HashSet<>();
    List<Call> open = new ArrayList<>();
    int number = 0;
    for (JsonNode node : config.path("layers")) {
      Config layer = configs.get(number++);
      if (!names.add(layer.name())) {
        throw layer.refuse("has the name of another layer");
      }
      taking.put(layer.name(), taking(layer, paths));
      if (layer.type().equals("InputLayer")) {
        continue;
      }
      int call = 0;
      for (List<Inbound.Tensor> sources : Inbound.of(layer, node.path("inbound_nodes"))) {
        if (sources.isEmpty()) {
          throw layer.refuse("has no input");
        }
        open.add(new Call(layer, call++, sources));
      }
    }
    Map<String, Map<Integer, List<Value>>> known = new LinkedHashMap<>();
    List<Inbound.Tensor> heads = ends(config.path("input_layers"), "input");
    List<Inbound.Tensor> tails = ends(config.path("output_layers"), "output");
    Set<String> read = new HashSet<>();
    open.forEach(call ->
        call.sources()
            .forEach(it -> {
              if (!call.layer().type().equals("Embedding")) {
                read.add(it.layer());
              }
            }));
    inputs.add(configs, heads.stream().map(Inbound.Tensor::layer).toList(), read);
    inputs
        .values()
        .forEach((name, value) -> {
          known.put(name, Map.of(0, List.of(value)));
          inputs.remember(value);
        });
    while (!open.isEmpty()) {
      Call call = open.stream().filter(it -> it.isReady(known)).findFirst().orElse(null);
      if (call == null) {
        throw input.refuse(
            "the graph of its layers has a cycle or refers to a layer that does not exist");
      }
      open.remove(call);
      List<Value> in = call.sources().stream().map(it -> value(known, it)).toList();
      List<Value> values =
          calls.call(
              call.layer(), in, taking.getOrDefault(call.layer().name(), inside -> List.of()));
      values.forEach(inputs::remember);
      known
          .computeIfAbsent(call.layer().name(), name -> new HashMap<>())
          .put(call.number(), values);
    }
    for (Inbound.Tensor tail : tails) {
      if (!known.getOrDefault(tail.layer(), Map.of()).containsKey(tail.call())) {
        throw input.refuse("its output " + Printable.quoted(tail.layer()) + " is no layer of it");
      }
    }
    new ModelOutputs(input, draft, graph, inputs)
        .set(
            tails.stream().map(Inbound.Tensor::layer).toList(),
            tails.stream().map(it -> value(known, it)).toList());
  }

  private Value value(Map<String, Map<Integer, List<Value>>> known, Inbound.Tensor tensor) {
    List<Value> values =
        known.getOrDefault(tensor.layer(), Map.of()).getOrDefault(tensor.call(), List.of());
    if (tensor.output() >= values.size()) {
      throw input.refuse(
          formatted(
              "its graph reads output %d of layer %s, which has %d",
              tensor.output(), Printable.quoted(tensor.layer()), values.size()));
    }
    return values.get(tensor.output());
  }

  /** The names of the inputs or outputs: one, a list of them, or a dictionary. */
  private List<Inbound.Tensor> ends(JsonNode list, String what) {
    List<Inbound.Tensor> ends = new ArrayList<>();
    Config model = new Config(input, "Model", list, 0);
    if (list.path(0).isTextual()) {
      ends.add(Inbound.tensor(model, list));
    } else if (list.isContainerNode()) {
      list.forEach(one -> ends.add(Inbound.tensor(model, one)));
    }
    if (ends.isEmpty()) {
      throw input.refuse(formatted("its configuration has no %s", what));
    }
    return ends;
  }
}
