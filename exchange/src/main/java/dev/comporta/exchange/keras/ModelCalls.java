package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.exchange.files.ForeignTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Calls the layers of a model; a model among its layers is called layer by layer, too. */
final class ModelCalls {
  private static final int MOST = 1 << 14;

  private final LayerCalls layers;
  private final ModelInputs inputs;
  private final boolean tree;

  /** The weights of the layers of each model that is a layer, by its path. */
  private final Map<String, Function<Config, Function<String, List<ForeignTensor>>>> innerWeights =
      new HashMap<>();

  private int calls;
  private int distributed;

  /**
   * The calls of one model.
   *
   * @param layers calls layers that are no models
   * @param inputs keeps the shapes of all values
   * @param tree whether the weights are a tree of objects, as Keras 3 writes it
   */
  ModelCalls(LayerCalls layers, ModelInputs inputs, boolean tree) {
    this.layers = layers;
    this.inputs = inputs;
    this.tree = tree;
  }

  /**
   * Calls a model.
   *
   * @param model the model
   * @param in what it reads
   * @param weights the weights of each of its layers by the path from the layer to their owner
   * @return its outputs
   */
  List<Value> model(
      KerasModel model,
      List<Value> in,
      Function<Config, Function<String, List<ForeignTensor>>> weights) {
    return model.isSequential() ? sequential(model, in, weights) : functional(model, in, weights);
  }

  private List<Value> sequential(
      KerasModel model,
      List<Value> in,
      Function<Config, Function<String, List<ForeignTensor>>> weights) {
    requireInputs(model, in, 1);
    Value value = in.getFirst();
    for (Config config : model.layers()) {
      List<Value> values = call(model, config, List.of(value), weights.apply(config));
      if (values.size() != 1) {
        throw config.refuse(
            formatted("returns %d values, of which the next layer reads one", values.size()));
      }
      value = values.getFirst();
    }
    return List.of(value);
  }

  private static void requireInputs(KerasModel model, List<Value> in, int needed) {
    if (in.size() != needed) {
      throw model
          .config()
          .refuse(formatted("needs %d inputs but is called with %d", needed, in.size()));
    }
  }

  /** The values of all calls of layers, by name and number of the call. */
  private record Known(KerasModel model, Map<String, Map<Integer, List<Value>>> values) {
    void put(String layer, int call, List<Value> outputs) {
      values.computeIfAbsent(layer, name -> new HashMap<>()).put(call, outputs);
    }

    boolean has(Inbound.Tensor tensor) {
      return values.getOrDefault(tensor.layer(), Map.of()).containsKey(tensor.call());
    }

    Value get(Inbound.Tensor tensor) {
      List<Value> outputs =
          values.getOrDefault(tensor.layer(), Map.of()).getOrDefault(tensor.call(), List.of());
      if (tensor.output() >= outputs.size()) {
        throw model
            .config()
            .input()
            .refuse(
                formatted(
                    "its graph reads output %d of layer %s, which has %d",
                    tensor.output(), Printable.quoted(tensor.layer()), outputs.size()));
      }
      return outputs.get(tensor.output());
    }
  }

  private List<Value> functional(
      KerasModel model,
      List<Value> in,
      Function<Config, Function<String, List<ForeignTensor>>> weights) {
    List<Inbound.Tensor> heads = model.heads();
    requireInputs(model, in, heads.size());
    Known known = new Known(model, new LinkedHashMap<>());
    for (int n = 0; n < heads.size(); n++) {
      known.put(heads.get(n).layer(), 0, List.of(in.get(n)));
    }
    List<KerasModel.Call> open = new ArrayList<>(model.calls());
    while (!open.isEmpty()) {
      KerasModel.Call call =
          open.stream()
              .filter(it -> it.sources().stream().allMatch(known::has))
              .findFirst()
              .orElse(null);
      if (call == null) {
        throw model
            .config()
            .input()
            .refuse("the graph of its layers has a cycle or refers to a layer that does not exist");
      }
      open.remove(call);
      List<Value> read = call.sources().stream().map(known::get).toList();
      if (call.masked() && read.getFirst().mask() < 0) {
        throw call.layer().refuse("has a mask, but the layers before it have dropped theirs");
      }
      List<Value> values = call(model, call.layer(), read, weights.apply(call.layer()));
      if (distributed == 0) {
        values.forEach(inputs::remember);
      }
      known.put(call.layer().name(), call.number(), values);
    }
    List<Inbound.Tensor> tails = model.tails();
    for (Inbound.Tensor tail : tails) {
      if (!known.has(tail)) {
        throw model
            .config()
            .input()
            .refuse("its output " + Printable.quoted(tail.layer()) + " is no layer of it");
      }
    }
    return tails.stream().map(known::get).toList();
  }

  /** Calls a layer of a model. */
  private List<Value> call(
      KerasModel model,
      Config config,
      List<Value> in,
      Function<String, List<ForeignTensor>> weights) {
    if (++calls > MOST) {
      throw config.refuse(formatted("is called after %d other calls, which are too many", MOST));
    }
    if (config.type().equals("TimeDistributed")) {
      return List.of(timeDistributed(model, config, in, weights));
    }
    if (KerasModel.is(config)) {
      KerasModel inner = model.inner(config);
      return model(
          inner,
          in,
          innerWeights.computeIfAbsent(
              config.path(), path -> InnerWeights.of(inner, weights, tree)));
    }
    List<Value> values = layers.call(config, in, weights);
    if (distributed > 0 && !values.stream().allMatch(value -> value.flow().vector())) {
      throw config.refuse("makes a sequence within TimeDistributed, which is not supported");
    }
    return values;
  }

  /** A layer at every timestep: it reads vectors, and what it computes has the time axis again. */
  private Value timeDistributed(
      KerasModel model,
      Config config,
      List<Value> in,
      Function<String, List<ForeignTensor>> weights) {
    Value x = in.getFirst();
    if (in.size() != 1 || x.flow().vector()) {
      throw config.refuse("expected a sequence but got a vector or several values");
    }
    Config inner = config.inner("layer").within(config.path());
    Value timestep =
        new Value(
            x.number(),
            new Flow(x.flow().features(), 1, true, x.flow().picture()),
            Value.NONE,
            Value.NONE);
    distributed++;
    List<Value> values =
        call(
            model,
            inner,
            List.of(timestep),
            path -> weights.apply(path.isEmpty() ? "layer" : "layer/" + path));
    distributed--;
    if (values.size() != 1) {
      throw config.refuse(
          formatted("applies a layer of %d outputs, which is not supported", values.size()));
    }
    Value y = values.getFirst();
    return new Value(y.number(), y.flow().during(x.flow().timesteps()), x.mask(), x.axis());
  }
}
