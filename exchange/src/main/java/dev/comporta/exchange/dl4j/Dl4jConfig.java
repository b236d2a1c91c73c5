package dev.comporta.exchange.dl4j;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.exchange.ExchangeException;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.layers.Nonlinearity;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one layer. Its class is named by {@code @class} (1.0) or by the only key of
 * an object around it (0.x).
 *
 * @param input the file, for messages
 * @param type the simple name of its class in lower case, such as {@code graveslstm}
 * @param node its settings
 */
record Dl4jConfig(Input input, String type, JsonNode node) {
  static Dl4jConfig of(Input input, JsonNode layer) {
    if (layer.path("@class").isTextual()) {
      return new Dl4jConfig(input, simple(layer.path("@class").textValue()), layer);
    }
    if (layer.isObject() && layer.size() == 1) {
      Map.Entry<String, JsonNode> only = layer.properties().iterator().next();
      if (only.getValue().isObject()) {
        return new Dl4jConfig(input, only.getKey().toLowerCase(Locale.ROOT), only.getValue());
      }
    }
    throw input.refuse("a layer of its configuration has no class");
  }

  /**
   * The simple name of an object's class in lower case: that of {@code @class}, or its first key;
   * empty if there is neither.
   */
  static String className(JsonNode object) {
    JsonNode name = object.path("@class");
    if (name.isTextual()) {
      return simple(name.textValue());
    }
    return object.isObject() && !object.isEmpty()
        ? object.fieldNames().next().toLowerCase(Locale.ROOT)
        : "";
  }

  private static String simple(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  ExchangeException refuse(String why) {
    return input.refuse(
        formatted(
            "layer %s (%s) %s",
            Printable.quoted(node.path("layerName").asText("?")), Printable.quoted(type), why));
  }

  int size(String... keys) {
    for (String key : keys) {
      JsonNode value = node.path(key);
      if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0) {
        return value.intValue();
      }
    }
    throw refuse(formatted("has no positive number '%s'", keys[0]));
  }

  int inputs() {
    return size("nin", "nIn");
  }

  int outputs() {
    return size("nout", "nOut");
  }

  boolean flag(String key, boolean otherwise) {
    return node.path(key).isBoolean() ? node.path(key).booleanValue() : otherwise;
  }

  Dl4jConfig inner(String key) {
    return of(input, node.path(key));
  }

  Nonlinearity activation() {
    String word = word("activationFn", "activationFunction");
    return nonlinearity(word == null ? "sigmoid" : word);
  }

  Nonlinearity gateActivation() {
    String word = word("gateActivationFn", "gateActivationFunction");
    return nonlinearity(word == null ? "sigmoid" : word);
  }

  private @Nullable String word(String object, String text) {
    JsonNode value = node.path(object);
    if (value.isObject()) {
      JsonNode type = value.path("@class");
      return type.isTextual()
          ? simple(type.textValue()).replace("activation", "")
          : value.isEmpty() ? null : value.fieldNames().next().toLowerCase(Locale.ROOT);
    }
    return node.path(text).isTextual()
        ? node.path(text).textValue().toLowerCase(Locale.ROOT)
        : null;
  }

  private Nonlinearity nonlinearity(String word) {
    return switch (word) {
      case "identity" -> Nonlinearity.IDENTITY;
      case "tanh" -> Nonlinearity.TANH;
      case "relu" -> Nonlinearity.RELU;
      case "relu6" -> Nonlinearity.RELU6;
      case "sigmoid" -> Nonlinearity.SIGMOID;
      case "hardsigmoid" -> Nonlinearity.HARD_SIGMOID_FIFTH;
      case "hardtanh" -> Nonlinearity.HARD_TANH;
      case "softplus" -> Nonlinearity.SOFTPLUS;
      case "softsign" -> Nonlinearity.SOFTSIGN;
      case "softmax" -> Nonlinearity.SOFTMAX;
      case "elu" -> Nonlinearity.ELU;
      case "selu" -> Nonlinearity.SELU;
      case "swish" -> Nonlinearity.SWISH;
      default ->
          throw refuse(
              formatted("has the activation %s, which is not supported", Printable.quoted(word)));
    };
  }
}
