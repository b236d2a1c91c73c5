package dev.comporta.exchange.keras;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The masks that functional models of Keras 3 pass by name. The operations that compute them are
 * layers of the configuration: {@code NotEqual} for an embedding, and {@code Any} of it for
 * Masking. Our values carry their masks themselves, so a mask is accepted only if it is that of the
 * embedding or the Masking that the input of the layer comes from.
 *
 * @param layers the layers of a model by name
 * @param calls their calls by the name of the layer
 */
record Masks(Map<String, Config> layers, Map<String, List<Inbound.Call>> calls) {
  /** Whether a layer is an operation that computes masks. */
  static boolean computes(Config layer) {
    return layer.type().equals("NotEqual") || layer.type().equals("Any");
  }

  /** Refuses a mask that is not that of what a layer reads. */
  void require(Config layer, Inbound.Tensor input, Inbound.Tensor mask) {
    Inbound.Tensor operation = type(mask).equals("Any") ? source(mask) : mask;
    Inbound.Call compares = call(operation);
    Inbound.Tensor masked = masked(input);
    Config owner = layer(masked);
    if (!type(operation).equals("NotEqual")
        || compares == null
        || owner == null
        || !compares.sources().getFirst().equals(source(masked))
        || compares.number() != owner.real("mask_value", 0)) {
      throw layer.refuse(
          "has the input 'mask', which is not the mask of what it reads and is not supported");
    }
  }

  private @Nullable Config layer(Inbound.@Nullable Tensor value) {
    return value == null ? null : layers.get(value.layer());
  }

  private String type(Inbound.@Nullable Tensor value) {
    Config layer = layer(value);
    return layer == null ? "" : layer.type();
  }

  /** The call that a value comes from; null if there is none that reads anything. */
  private Inbound.@Nullable Call call(Inbound.@Nullable Tensor value) {
    List<Inbound.Call> all =
        value == null ? List.of() : calls.getOrDefault(value.layer(), List.of());
    if (value == null || all.isEmpty()) {
      return null;
    }
    Inbound.Call call = all.get(Math.min(value.call(), all.size() - 1)); // models count from 1
    return call.sources().isEmpty() ? null : call;
  }

  /** What the call that a value comes from reads first. */
  private Inbound.@Nullable Tensor source(Inbound.@Nullable Tensor value) {
    Inbound.Call call = call(value);
    return call == null ? null : call.sources().getFirst();
  }

  /** The output of an embedding or a Masking that a value comes from; null if there is none. */
  private Inbound.@Nullable Tensor masked(Inbound.Tensor value) {
    Inbound.Tensor at = value;
    for (int step = 0; step <= layers.size(); step++) {
      Config layer = layer(at);
      if (layer == null || layer.type().equals("Masking")) {
        return at;
      }
      if (layer.type().equals("Embedding")) {
        return layer.flag("mask_zero", false) ? at : null;
      }
      at = source(at);
    }
    return null;
  }
}
