package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.comporta.exchange.files.ForeignTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of textgenrnn, whose files hold weights only: an embedding, LSTMs, all of them
 * side by side, an average weighted by attention, and a dense layer. The names of its layers are
 * fixed, and the sizes follow from the weights.
 */
final class Textgenrnn {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ArrayNode layers = JSON.arrayNode();

  private Textgenrnn() {}

  /** The configuration of a model with these weights; null if they are not of textgenrnn. */
  static @Nullable JsonNode configuration(Map<String, List<ForeignTensor>> weights) {
    List<String> names = new ArrayList<>(weights.keySet());
    List<String> recurrent = new ArrayList<>();
    while (names.contains(formatted("rnn_%d", recurrent.size() + 1))) {
      recurrent.add(formatted("rnn_%d", recurrent.size() + 1));
    }
    List<String> expected = new ArrayList<>(List.of("input", "embedding"));
    expected.addAll(recurrent);
    expected.addAll(List.of("rnn_concat", "attention", "output"));
    if (!names.equals(expected)
        || recurrent.isEmpty()
        || !isMatrix(weights, "embedding")
        || !isMatrix(weights, "output")) {
      return null;
    }
    return new Textgenrnn().model(weights, recurrent);
  }

  private static boolean isMatrix(Map<String, List<ForeignTensor>> weights, String layer) {
    List<ForeignTensor> own = weights.getOrDefault(layer, List.of());
    return !own.isEmpty() && own.getFirst().rank() == 2;
  }

  private JsonNode model(Map<String, List<ForeignTensor>> weights, List<String> recurrent) {
    layer("InputLayer", "input").putArray("batch_input_shape").addNull().addNull();
    ForeignTensor table = first(weights, "embedding");
    layer("Embedding", "embedding", "input")
        .put("input_dim", table.size(0))
        .put("output_dim", table.size(1));
    List<String> all = new ArrayList<>(List.of("embedding"));
    for (String name : recurrent) {
      List<ForeignTensor> own = weights.getOrDefault(name, List.of());
      int units = own.size() < 2 || own.get(1).rank() != 2 ? 1 : own.get(1).size(0);
      ObjectNode target;
      if (own.size() == 6) {
        ObjectNode config = layer("Bidirectional", name, all.getLast());
        config.put("merge_mode", "concat");
        ObjectNode inner = config.putObject("layer").put("class_name", "LSTM");
        target = inner.putObject("config").put("name", name);
      } else {
        target = layer("LSTM", name, all.getLast());
      }
      target
          .put("units", units)
          .put("return_sequences", true)
          .put("recurrent_activation", "sigmoid");
      all.add(name);
    }
    layer("Concatenate", "rnn_concat", all.toArray(String[]::new)).put("axis", -1);
    layer("AttentionWeightedAverage", "attention", "rnn_concat");
    layer("Dense", "output", "attention")
        .put("units", first(weights, "output").size(1))
        .put("activation", "softmax");
    ObjectNode root = JSON.objectNode().put("class_name", "Model");
    ObjectNode config = root.putObject("config");
    config.set("layers", layers);
    config.putArray("input_layers").addArray().add("input").add(0).add(0);
    config.putArray("output_layers").addArray().add("output").add(0).add(0);
    return root;
  }

  private static ForeignTensor first(Map<String, List<ForeignTensor>> weights, String layer) {
    return weights.getOrDefault(layer, List.of()).getFirst();
  }

  /** Adds a layer; returns its configuration. */
  private ObjectNode layer(String type, String name, String... sources) {
    ObjectNode layer = layers.addObject().put("class_name", type).put("name", name);
    ArrayNode nodes = layer.putArray("inbound_nodes");
    if (sources.length > 0) {
      ArrayNode call = nodes.addArray();
      for (String source : sources) {
        call.addArray().add(source).add(0).add(0).addObject();
      }
    }
    return layer.putObject("config").put("name", name);
  }
}
