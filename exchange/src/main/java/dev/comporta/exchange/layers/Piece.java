package dev.comporta.exchange.layers;

import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import java.util.Map;

/**
 * A layer with its weights.
 *
 * @param spec the layer
 * @param weights by the names of its parameters
 */
public record Piece(Spec spec, Map<String, ForeignTensor> weights) {
  /** Copies the map. */
  public Piece {
    weights = Map.copyOf(weights);
  }

  /** Whether the layer can read several values, and so stands in a graph only. */
  boolean inGraphOnly() {
    return switch (spec.name()) {
      case "recurrent-from", "attend", "dot" -> true;
      default -> false;
    };
  }

  /** A layer without weights. */
  public static Piece of(Spec spec) {
    return new Piece(spec, Map.of());
  }

  /** An activation function: layer {@code activation} if it has it, else {@code function}. */
  public static Piece function(Nonlinearity function) {
    return switch (function) {
      case IDENTITY, TANH, RELU, SIGMOID, SOFTPLUS, SOFTMAX, LOG_SOFTMAX ->
          of(Spec.of("activation").with("function", function.word()));
      default -> of(Spec.of("function").with("function", function.word()));
    };
  }
}
