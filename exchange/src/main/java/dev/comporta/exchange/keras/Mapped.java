package dev.comporta.exchange.keras;

import dev.comporta.exchange.layers.Piece;
import java.util.List;

/**
 * What one layer of Keras becomes.
 *
 * @param pieces our layers, none if it does nothing
 * @param flow what leaves it
 */
record Mapped(List<Piece> pieces, Flow flow) {
  static Mapped of(Flow flow, Piece... pieces) {
    return new Mapped(List.of(pieces), flow);
  }
}
