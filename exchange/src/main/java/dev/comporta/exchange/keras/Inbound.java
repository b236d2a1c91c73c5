package dev.comporta.exchange.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The sources of a layer in a functional model, in the notation of Keras 1 and 2, and of 3. */
final class Inbound {
  private static final int DEEPEST = 8;

  private Inbound() {}

  static List<String> of(Config layer, JsonNode nodes) {
    if (!nodes.isArray() || nodes.isEmpty()) {
      return List.of();
    }
    if (nodes.size() != 1) {
      throw layer.refuse("is called more than once; layers that share weights are not supported");
    }
    List<String> sources = new ArrayList<>();
    JsonNode node = nodes.get(0);
    if (node.isObject()) {
      collect(layer, node.path("args"), sources, 0);
      for (JsonNode argument : node.path("kwargs")) {
        if (argument.isContainerNode() && argument.toString().contains("__keras_tensor__")) {
          throw layer.refuse("has an input that is passed by name, which is not supported");
        }
      }
      return sources;
    }
    for (JsonNode source : node) {
      JsonNode history = source.isTextual() ? node : source;
      require(layer, history);
      sources.add(history.path(0).asText(""));
      if (history.path(3).isObject() && !history.path(3).isEmpty()) {
        for (JsonNode argument : history.path(3)) {
          if (argument.isContainerNode()) {
            throw layer.refuse("has an input that is passed by name, which is not supported");
          }
        }
      }
      if (source.isTextual()) {
        break;
      }
    }
    return sources;
  }

  private static void collect(Config layer, JsonNode node, List<String> sources, int depth) {
    if (depth > DEEPEST) {
      throw layer.refuse("has inputs that are nested too deeply");
    }
    if (node.path("class_name").asText("").equals("__keras_tensor__")) {
      JsonNode history = node.path("config").path("keras_history");
      require(layer, history);
      sources.add(history.path(0).asText(""));
    } else if (node.isArray()) {
      node.forEach(inner -> collect(layer, inner, sources, depth + 1));
    } else if (node.isContainerNode()) {
      throw layer.refuse("has an argument that is not a tensor");
    }
  }

  private static void require(Config layer, JsonNode history) {
    if (!history.path(0).isTextual()
        || history.path(1).asInt(0) != 0
        || history.path(2).asInt(0) != 0) {
      throw layer.refuse(
          "reads one of several outputs of a layer, or a layer that is called more than once");
    }
  }
}
