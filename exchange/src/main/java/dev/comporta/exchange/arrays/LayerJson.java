package dev.comporta.exchange.arrays;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.ExchangeException;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Nonlinearity;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keras-style JSON as RTNeural reads it: a list of layers with their type, activation, shape and
 * weights, in Keras' layouts. Recurrent layers have their usual activations.
 */
public final class LayerJson {
  private final Input file;
  private final Draft draft;

  private LayerJson(Input file) {
    this.file = file;
    this.draft = new Draft(file, "json", "Keras (JSON of RTNeural)");
  }

  /** Whether a JSON file has this form. */
  public static boolean is(JsonNode root) {
    return root.path("layers").path(0).path("type").isTextual() && root.path("in_shape").isArray();
  }

  /** Imports a model. */
  public static Draft read(Input file, JsonNode root) {
    return new LayerJson(file).model(root);
  }

  private ExchangeException refuse(int number, String type, String why) {
    return file.refuse(formatted("layer %d (%s) %s", number, Printable.quoted(type), why));
  }

  private Draft model(JsonNode root) {
    JsonNode shape = root.path("in_shape");
    int features = shape.path(shape.size() - 1).asInt(0);
    if (features < 1) {
      throw file.refuse("its in_shape does not end with a positive number of features");
    }
    draft.inputSize(features);
    int number = 0;
    for (JsonNode layer : root.path("layers")) {
      features = layer(number++, layer, features);
    }
    return draft;
  }

  private int layer(int number, JsonNode layer, int features) {
    String type = layer.path("type").asText("");
    JsonNode shape = layer.path("shape");
    int size = shape.path(shape.size() - 1).asInt(0);
    List<ForeignTensor> weights = new ArrayList<>();
    for (JsonNode array : layer.path("weights")) {
      weights.add(
          JsonArrays.read(file, formatted("layers.%d.weights.%d", number, weights.size()), array));
    }
    Nonlinearity activation = activation(number, type, layer.path("activation").asText(""));
    if (size < 1) {
      throw refuse(number, type, "has a shape that does not end with a positive size");
    }
    switch (type) {
      case "dense", "time-distributed-dense" -> {
        requireCount(number, type, weights, 2);
        draft.add(
            new Piece(
                Spec.of("dense").with("units", size),
                Map.of(
                    "W", shaped(number, type, weights.get(0), features, size),
                    "b", shaped(number, type, weights.get(1), size))));
        if (activation != Nonlinearity.IDENTITY) {
          draft.add(Piece.function(activation));
        }
      }
      case "lstm" -> {
        requireCount(number, type, weights, 3);
        requireTanh(number, type, activation);
        draft.add(
            new Piece(
                Spec.of("recurrent").with("cell", "lstm").with("hidden", size),
                Map.of(
                    "cell.W", shaped(number, type, weights.get(0), features, 4 * size),
                    "cell.U", shaped(number, type, weights.get(1), size, 4 * size),
                    "cell.b", shaped(number, type, weights.get(2), 4 * size))));
      }
      case "gru" -> {
        requireCount(number, type, weights, 3);
        requireTanh(number, type, activation);
        ForeignTensor both = shaped(number, type, weights.get(2), 2, 3 * size).reshaped(6 * size);
        Map<String, ForeignTensor> parameters = new LinkedHashMap<>();
        parameters.put("cell.W", gates(shaped(number, type, weights.get(0), features, 3 * size)));
        parameters.put("cell.U", gates(shaped(number, type, weights.get(1), size, 3 * size)));
        parameters.put("cell.b", gates(Kernels.part(both, 0, 3 * size)));
        parameters.put("cell.bU", gates(Kernels.part(both, 3 * size, 6 * size)));
        draft.add(
            new Piece(Spec.of("recurrent").with("cell", "gru").with("hidden", size), parameters));
      }
      case "activation" -> draft.add(Piece.function(activation));
      default -> throw refuse(number, type, "is not supported");
    }
    return size;
  }

  /** Keras' order z r h becomes r z n. */
  private static ForeignTensor gates(ForeignTensor packed) {
    return Kernels.gates(packed, 1, 0, 2);
  }

  private Nonlinearity activation(int number, String type, String word) {
    return switch (word) {
      case "" -> Nonlinearity.IDENTITY;
      case "tanh" -> Nonlinearity.TANH;
      case "relu" -> Nonlinearity.RELU;
      case "sigmoid" -> Nonlinearity.SIGMOID;
      case "softmax" -> Nonlinearity.SOFTMAX;
      case "elu" -> Nonlinearity.ELU;
      default ->
          throw refuse(
              number,
              type,
              formatted("has the activation %s, which is not supported", Printable.quoted(word)));
    };
  }

  /** Recurrent layers have no other activation, and some files leave it out. */
  private void requireTanh(int number, String type, Nonlinearity activation) {
    if (activation != Nonlinearity.TANH && activation != Nonlinearity.IDENTITY) {
      throw refuse(number, type, "has the activation " + activation.word() + "; expected tanh");
    }
  }

  private void requireCount(int number, String type, List<ForeignTensor> weights, int count) {
    if (weights.size() != count) {
      throw refuse(
          number, type, formatted("needs %d arrays of weights but has %d", count, weights.size()));
    }
  }

  private ForeignTensor shaped(int number, String type, ForeignTensor tensor, int... sizes) {
    if (!Arrays.equals(tensor.sizes(), sizes)) {
      throw refuse(
          number,
          type,
          formatted(
              "needs weights of shape %s but has %s",
              Arrays.toString(sizes), Arrays.toString(tensor.sizes())));
    }
    return tensor;
  }
}
