package dev.comporta.exchange.keras;

import dev.comporta.api.model.Spec;
import dev.comporta.exchange.layers.GraphDraft;
import dev.comporta.exchange.layers.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts what layers become into the graph. A layer that is called again shares the parameters of its
 * first call.
 */
final class Placing {
  private final GraphDraft graph;
  private final Map<String, List<Integer>> owners = new HashMap<>();
  private List<Integer> mine = new ArrayList<>();
  private boolean again;
  private int next;

  Placing(GraphDraft graph) {
    this.graph = graph;
  }

  /** A call of a layer begins. */
  void begin(Config layer) {
    again = owners.containsKey(layer.path());
    mine = owners.computeIfAbsent(layer.path(), path -> new ArrayList<>());
    next = 0;
  }

  int layer(Config layer, int value, Piece piece) {
    return layer(layer, List.of(value), piece);
  }

  int layer(Config layer, List<Integer> values, Piece piece) {
    if (piece.weights().isEmpty()) {
      return graph.layer(values, piece);
    }
    if (!again) {
      mine.add(graph.layer(values, piece));
      return mine.getLast();
    }
    int owner = next < mine.size() ? mine.get(next++) : 0;
    Piece first = graph.piece(owner);
    if (first == null || !first.spec().equals(piece.spec())) {
      throw layer.refuse("is called in two ways that need different layers");
    }
    return graph.shared(values, owner);
  }

  int merge(String merge, List<Integer> values) {
    return graph.merge(merge, values);
  }

  /** Features from one to another; nothing if these are all. */
  int part(int value, int from, int to, int of) {
    return from == 0 && to == of
        ? value
        : graph.layer(value, Piece.of(Spec.of("part").with("from", from).with("to", to)));
  }
}
