package dev.comporta.exchange.keras;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.comporta.api.Printable;
import dev.comporta.exchange.ExchangeException;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.layers.Nonlinearity;

/**
 * The configuration of one layer.
 *
 * @param input the file, for messages
 * @param type the name of its class
 * @param node its settings
 * @param major the major version of Keras
 * @param scope the path of the model that it is a layer of, empty for the model itself
 */
record Config(Input input, String type, JsonNode node, int major, String scope) {
  static Config of(Input input, JsonNode layer, int major) {
    JsonNode type = layer.path("class_name");
    JsonNode config = layer.path("config");
    if (config.isArray()) { // before Keras 2.2.3, that of a Sequential model
      ObjectNode named = JsonNodeFactory.instance.objectNode();
      named.set("layers", config);
      named.set("name", layer.path("name"));
      config = named;
    }
    if (!type.isTextual() || !config.isObject()) {
      throw input.refuse("a layer of its configuration has no class_name or no config");
    }
    return new Config(input, type.textValue(), config, major, "");
  }

  /** The same in another scope. */
  Config within(String otherScope) {
    return new Config(input, type, node, major, otherScope);
  }

  /** The configuration of a layer or cell within this one. */
  Config inner(String key) {
    return of(input, node.path(key), major).within(scope);
  }

  /** The layer that a wrapper wraps; itself if it wraps none. */
  Config wrapped() {
    return node.path("layer").path("config").isContainerNode() ? inner("layer") : this;
  }

  String name() {
    return node.path("name").asText(type);
  }

  /** Its name after those of the models that it is part of. */
  String path() {
    return scope.isEmpty() ? name() : scope + "/" + name();
  }

  ExchangeException refuse(String why) {
    return input.refuse(
        formatted("layer %s (%s) %s", Printable.quoted(path()), Printable.quoted(type), why));
  }

  boolean flag(String key, boolean otherwise) {
    return node.path(key).isBoolean() ? node.path(key).booleanValue() : otherwise;
  }

  /** A positive whole number under one of several names. */
  int size(String... keys) {
    for (String key : keys) {
      JsonNode value = node.path(key);
      if (value.isArray() && value.size() == 1) {
        value = value.get(0);
      }
      if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0) {
        return value.intValue();
      }
    }
    throw refuse(formatted("has no positive number '%s'", keys[0]));
  }

  int size(int otherwise, String key) {
    JsonNode value = node.path(key);
    return value.isMissingNode() || value.isNull() ? otherwise : size(key);
  }

  double real(String key, double otherwise) {
    return node.path(key).isNumber() ? node.path(key).doubleValue() : otherwise;
  }

  String text(String key, String otherwise) {
    return node.path(key).isTextual() ? node.path(key).textValue() : otherwise;
  }

  /** The padding of a convolution or a pool, which Keras 1 calls border_mode. */
  String padding() {
    return text("padding", text("border_mode", "valid"));
  }

  /** Refuses an option that changes what is computed. */
  void requireOff(String... keys) {
    for (String key : keys) {
      if (flag(key, false)) {
        throw refuse(formatted("has %s, which is not supported", key));
      }
    }
  }

  /** Weights that must be a matrix with these sizes. */
  ForeignTensor matrix(ForeignTensor weights, int rows, int columns) {
    if (weights.rank() != 2 || weights.size(0) != rows || weights.size(1) != columns) {
      throw refuse(
          formatted(
              "needs weights of shape [%d, %d] but has %s",
              rows, columns, Printable.quoted(weights)));
    }
    return weights;
  }

  /** Weights that must have this number of elements, as a vector. */
  ForeignTensor vector(ForeignTensor weights, int size) {
    if (weights.values().length != size) {
      throw refuse(formatted("needs %d numbers but has %s", size, Printable.quoted(weights)));
    }
    return weights.reshaped(size);
  }

  Nonlinearity activation(String key, String otherwise) {
    JsonNode value = node.path(key);
    if (value.isObject()) {
      JsonNode inner = value.path("config");
      value = inner.isTextual() ? inner : value.path("class_name");
    }
    String word = value.isTextual() ? value.textValue() : value.isNull() ? "linear" : otherwise;
    return switch (word) {
      case "linear", "" -> Nonlinearity.IDENTITY;
      case "tanh" -> Nonlinearity.TANH;
      case "relu" -> Nonlinearity.RELU;
      case "relu6" -> Nonlinearity.RELU6;
      case "sigmoid" -> Nonlinearity.SIGMOID;
      case "hard_sigmoid" ->
          major >= 3 ? Nonlinearity.HARD_SIGMOID_SIXTH : Nonlinearity.HARD_SIGMOID_FIFTH;
      case "hard_tanh" -> Nonlinearity.HARD_TANH;
      case "softplus" -> Nonlinearity.SOFTPLUS;
      case "softsign" -> Nonlinearity.SOFTSIGN;
      case "elu" -> Nonlinearity.ELU;
      case "selu" -> Nonlinearity.SELU;
      case "swish", "silu" -> Nonlinearity.SWISH;
      case "exponential" -> Nonlinearity.EXPONENTIAL;
      case "softmax" -> Nonlinearity.SOFTMAX;
      case "log_softmax" -> Nonlinearity.LOG_SOFTMAX;
      default ->
          throw refuse(
              formatted("has the activation %s, which is not supported", Printable.quoted(word)));
    };
  }
}
