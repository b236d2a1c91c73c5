package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls of a layer in a functional model, in the notation of Keras 1 and 2, and of 3. */
final class Inbound {
  private static final int DEEPEST = 8;
  private static final int MOST = 1 << 12;

  private final Config layer;

  private Inbound(Config layer) {
    this.layer = layer;
  }

  /**
   * An output of a call of a layer.
   *
   * @param layer the name of the layer
   * @param call the number of the call
   * @param output the number of its output
   */
  record Tensor(String layer, int call, int output) {}

  /**
   * A call of a layer.
   *
   * @param sources what it reads
   * @param mask its mask, if that is passed by name
   * @param number its second argument, NaN if that is not a number
   */
  record Call(List<Tensor> sources, @Nullable Tensor mask, double number) {}

  /**
   * The calls of a layer, each with what it reads; first states come after the other inputs.
   *
   * @param layer the layer
   * @param nodes its {@code inbound_nodes}
   */
  static List<Call> of(Config layer, JsonNode nodes) {
    Inbound inbound = new Inbound(layer);
    List<Call> calls = new ArrayList<>();
    if (nodes.size() > MOST) {
      throw layer.refuse("is called too often");
    }
    for (JsonNode node : nodes) {
      List<Tensor> sources = new ArrayList<>();
      if (node.isObject()) {
        inbound.collect(node.path("args"), sources, 0);
        inbound.named(node.path("kwargs"), sources);
      } else {
        inbound.list(node, sources);
      }
      JsonNode mask = node.path("kwargs").path("mask");
      JsonNode number = node.path("args").path(1);
      calls.add(
          new Call(
              sources,
              isTensor(mask) ? inbound.history(mask) : null,
              number.isNumber() ? number.doubleValue() : Double.NaN));
    }
    return calls;
  }

  private void list(JsonNode node, List<Tensor> sources) {
    if (node.path(0).isTextual()) { // one input, without a list around it
      sources.add(tensor(node));
      named(node.path(3), sources);
      return;
    }
    for (JsonNode history : node) {
      sources.add(tensor(history));
    }
    for (JsonNode history : node) {
      named(history.path(3), sources);
    }
  }

  /** Arguments that are passed by name: those that are tensors must be first states. */
  private void named(JsonNode arguments, List<Tensor> sources) {
    for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
      JsonNode value = argument.getValue();
      if (argument.getKey().equals("mask") && isTensor(value)) {
        continue; // see Masks
      }
      boolean keras3 = value.isContainerNode() && value.toString().contains("__keras_tensor__");
      if (argument.getKey().equals("initial_state") && value.isContainerNode()) {
        if (keras3) {
          collect(value, sources, 0);
        } else if (value.path(0).isTextual()) {
          sources.add(tensor(value));
        } else {
          value.forEach(history -> sources.add(tensor(history)));
        }
      } else if (keras3 || (value.isArray() && value.path(0).isTextual())) {
        throw layer.refuse(
            formatted(
                "has the input %s, which is passed by name and not supported",
                Printable.quoted(argument.getKey())));
      }
    }
  }

  private void collect(JsonNode node, List<Tensor> sources, int depth) {
    if (depth > DEEPEST) {
      throw layer.refuse("has inputs that are nested too deeply");
    }
    if (isTensor(node)) {
      sources.add(history(node));
    } else if (node.isArray()) {
      node.forEach(inner -> collect(inner, sources, depth + 1));
    } else if (node.isContainerNode()) {
      throw layer.refuse("has an argument that is not a tensor");
    }
  }

  private static boolean isTensor(JsonNode node) {
    return node.path("class_name").asText("").equals("__keras_tensor__");
  }

  private Tensor history(JsonNode node) {
    return tensor(node.path("config").path("keras_history"));
  }

  /** Reads {@code [layer, call, output]}. */
  private Tensor tensor(JsonNode history) {
    return tensor(layer, history);
  }

  static Tensor tensor(Config layer, JsonNode history) {
    if (!history.path(0).isTextual()
        || history.path(1).asInt(0) < 0
        || history.path(2).asInt(0) < 0) {
      throw layer.refuse("has an input that is not [layer, call, output]");
    }
    return new Tensor(
        history.path(0).textValue(), history.path(1).asInt(0), history.path(2).asInt(0));
  }
}
