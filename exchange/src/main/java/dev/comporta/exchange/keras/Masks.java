package dev.comporta.exchange.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The masks that functional models of Keras 3 pass by name. The operations that compute them are
 * layers of the configuration: {@code NotEqual} for an embedding, and {@code Any} of it for
 * Masking. Our values carry their masks themselves, so a mask is accepted only if it is that of the
 * embedding or the Masking which the input of the layer comes from.
 */
final class Masks {
  private final Map<String, Config> layers = new HashMap<>();
  private final Map<String, JsonNode> nodes = new HashMap<>();

  Masks(List<Config> layers, JsonNode nodes) {
    int at = 0;
    for (JsonNode node : nodes) {
      Config layer = layers.get(at++);
      this.layers.put(layer.name(), layer);
      this.nodes.put(layer.name(), node.path("inbound_nodes"));
    }
  }

  /** Whether a layer is an operation that computes masks. */
  static boolean computes(Config layer) {
    return layer.type().equals("NotEqual") || layer.type().equals("Any");
  }

  /** Refuses a mask that is not that of what a layer reads. */
  void require(Config layer, Inbound.Tensor input, Inbound.Tensor mask) {
    Config operation = layers.get(mask.layer());
    if (operation != null && operation.type().equals("Any")) {
      operation = layer(source(operation));
    }
    Config owner = owner(input);
    Inbound.Tensor read = operation == null ? null : source(operation);
    if (operation == null
        || read == null
        || owner == null
        || !operation.type().equals("NotEqual")
        || !read.equals(source(owner))
        || constant(operation) != owner.real("mask_value", 0)) {
      throw layer.refuse(
          "has the input 'mask', which is not the mask of what it reads and is not supported");
    }
  }

  private JsonNode calls(Config layer) {
    return nodes.getOrDefault(layer.name(), MissingNode.getInstance());
  }

  private @Nullable Config layer(Inbound.@Nullable Tensor tensor) {
    return tensor == null ? null : layers.get(tensor.layer());
  }

  /** What the first call of a layer reads first. */
  private Inbound.@Nullable Tensor source(Config layer) {
    List<Inbound.Call> all = Inbound.of(layer, calls(layer));
    return all.isEmpty() || all.getFirst().sources().isEmpty()
        ? null
        : all.getFirst().sources().getFirst();
  }

  private double constant(Config operation) {
    JsonNode number = calls(operation).path(0).path("args").path(1);
    return number.isNumber() ? number.doubleValue() : Double.NaN;
  }

  /** The embedding or the Masking that a value comes from; null if there is none. */
  private @Nullable Config owner(Inbound.Tensor value) {
    Inbound.Tensor at = value;
    for (int step = 0; step <= layers.size() && at != null; step++) {
      Config layer = layers.get(at.layer());
      if (layer == null || layer.type().equals("Masking")) {
        return layer;
      }
      if (layer.type().equals("Embedding")) {
        return layer.flag("mask_zero", false) ? layer : null;
      }
      at = source(layer);
    }
    return null;
  }
}
