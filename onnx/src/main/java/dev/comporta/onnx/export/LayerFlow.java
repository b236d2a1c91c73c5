package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Parameters;
import dev.comporta.onnx.value.OnnxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the layers that were written so far have made of time, lengths and states. */
final class LayerFlow {
  final GraphWriter graph;
  final Parameters parameters;

  /** The parts of the carry that are inputs and outputs, and their sizes. */
  final Map<String, Integer> states = new LinkedHashMap<>();

  /** The state after the last timestep of each row, of the last recurrent layer of an encoder. */
  final List<String> finals = new ArrayList<>();

  /** What layers made of the lengths so far. */
  final List<RowLengths.Change> changes = new ArrayList<>();

  /** The lengths that the next layer reads. */
  RowLengths lengths;

  /** Whether the layers are those of an encoder, whose states are not inputs and outputs. */
  boolean encodes;

  /** Whether a layer has reduced time to one timestep. */
  boolean reduced;

  /** Whether a layer has reversed time. */
  boolean reversed;

  LayerFlow(GraphWriter graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
    this.lengths = RowLengths.ofInput(graph);
  }

  void change(RowLengths.Change change) {
    lengths = change.of(lengths);
    changes.add(change);
  }

  /** A parameter; one that a layer shares has the name that its owner gave it. */
  String weights(String name, long... sizes) {
    return graph.weights(parameters.get(name).name(), parameters.copy(name), sizes);
  }

  void requireTime(String prefix) {
    if (reduced) {
      throw refuse(prefix, "a layer that reads several timesteps after one that reduces time");
    }
  }

  static OnnxException refuse(String prefix, String what) {
    return new OnnxException(
        formatted(
            "[onnx] %s %s cannot be exported; embedding, word-characters, recurrent, bidirectional, autoregressive, step-decoder, dense, crf, activation, layer-norm, convolutions, pools, reverse, stack, residual, highway and dropout can",
            prefix.substring(0, prefix.length() - 1), what));
  }
}
