package dev.comporta.exchange.keras;

import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.GraphDraft;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The layers of a model and how they are connected, as a graph of ours. */
final class KerasGraph {
  private final Input input;
  private final Draft draft;
  private final KerasWeights weights;
  private final GraphDraft graph = new GraphDraft();
  private final ModelCalls calls;
  private final ModelInputs inputs;

  KerasGraph(Input input, Draft draft, KerasWeights weights, LayerCalls.Setting setting) {
    this.input = input;
    this.draft = draft;
    this.weights = weights;
    this.inputs = new ModelInputs(draft, graph);
    this.calls =
        new ModelCalls(new LayerCalls(draft, graph, inputs, setting), inputs, weights.isTree());
  }

  /** Adds a model. */
  void add(KerasModel model) {
    inputs.add(model);
    Map<String, String> paths = model.paths();
    Map<String, Function<String, List<ForeignTensor>>> taking = new HashMap<>();
    List<Value> in = inputs.all().stream().map(ModelInputs.One::value).toList();
    in.forEach(inputs::remember);
    List<Value> out =
        calls.model(
            model, in, layer -> taking.computeIfAbsent(layer.name(), name -> taking(layer, paths)));
    List<String> names =
        model.isSequential()
            ? List.of("")
            : model.tails().stream().map(Inbound.Tensor::layer).toList();
    new ModelOutputs(input, draft, graph, inputs).set(names, out);
  }

  /** The weights of a layer; a layer that is called again gets the same. */
  private Function<String, List<ForeignTensor>> taking(Config config, Map<String, String> paths) {
    String path = paths.getOrDefault(config.name(), "");
    Map<String, List<ForeignTensor>> taken = new HashMap<>();
    return inside -> taken.computeIfAbsent(inside, key -> weights.take(config, path, key));
  }
}
