package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the nodes of a {@link GraphLayer}. */
public final class GraphDraft {
  private final List<Spec> nodes = new ArrayList<>();
  private final Map<String, ForeignTensor> weights = new LinkedHashMap<>();

  /** Adds a layer that reads a value; returns the number of its output. */
  public int layer(int value, Piece piece) {
    nodes.add(Spec.of("node").with("inputs", List.of(value)).with("layer", piece.spec()));
    piece
        .weights()
        .forEach(
            (name, tensor) -> weights.put(formatted("nodes.%d.%s", nodes.size(), name), tensor));
    return nodes.size();
  }

  /** Adds a merge of several values; returns the number of its output. */
  public int merge(String merge, List<Integer> values) {
    nodes.add(Spec.of("node").with("inputs", List.copyOf(values)).with("merge", merge));
    return nodes.size();
  }

  /** The graph, whose result is the last value. */
  public Piece piece() {
    return new Piece(Spec.of("graph").with("nodes", nodes), weights);
  }
}
