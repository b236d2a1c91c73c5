package dev.comporta.exchange.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a network that is being imported. Value 0 is its input, value n the output of node
 * n. {@link #pieces} turns them into layers: those in a row at the beginning and at the end become
 * plain layers, what lies between them a {@link GraphLayer}.
 */
public final class GraphDraft {
  private final List<Node> nodes = new ArrayList<>();

  /**
   * One node.
   *
   * @param inputs the values that it reads
   * @param piece the layer, or null
   * @param merge the merge, or null
   * @param owner the value of the node whose parameters it shares; 0 for its own
   */
  private record Node(
      List<Integer> inputs, @Nullable Piece piece, @Nullable String merge, int owner) {}

  /** Adds a layer that reads a value; returns the number of its output. */
  public int layer(int value, Piece piece) {
    return layer(List.of(value), piece);
  }

  /** Adds a layer that reads several values; returns the number of its output. */
  public int layer(List<Integer> values, Piece piece) {
    nodes.add(new Node(List.copyOf(values), piece, null, 0));
    return nodes.size();
  }

  /** Adds a layer with the parameters of an earlier one; returns the number of its output. */
  public int shared(List<Integer> values, int owner) {
    nodes.add(new Node(List.copyOf(values), nodes.get(owner - 1).piece(), null, owner));
    return nodes.size();
  }

  /** Adds a merge of several values; returns the number of its output. */
  public int merge(String merge, List<Integer> values) {
    nodes.add(new Node(List.copyOf(values), null, merge, 0));
    return nodes.size();
  }

  /** Adds the output of the encoder; returns its number. */
  public int source() {
    nodes.add(new Node(List.of(), null, null, 0));
    return nodes.size();
  }

  /** The layer of a node, or null. */
  public @Nullable Piece piece(int value) {
    return value == 0 ? null : nodes.get(value - 1).piece();
  }

  /** The values that a value is computed from, itself included. */
  public NavigableSet<Integer> needed(int value) {
    NavigableSet<Integer> needed = new TreeSet<>(List.of(value));
    for (int n = value; n > 0; n--) {
      if (needed.contains(n)) {
        needed.addAll(nodes.get(n - 1).inputs());
        if (nodes.get(n - 1).owner() > 0) {
          needed.add(nodes.get(n - 1).owner());
        }
      }
    }
    return needed;
  }

  /** The values that one value is computed from. */
  public List<Integer> inputs(int value) {
    return value == 0 ? List.of() : nodes.get(value - 1).inputs();
  }

  /**
   * Adds copies of some nodes of this draft to another one.
   *
   * @param values the nodes, in order
   * @param other takes them
   * @param known the number there for values that exist there already; completed
   * @param ids whether the other one reads ids, so that lookups become embeddings
   */
  public void copy(
      Iterable<Integer> values, GraphDraft other, Map<Integer, Integer> known, boolean ids) {
    for (int value : values) {
      if (known.containsKey(value)) {
        continue;
      }
      Node node = nodes.get(value - 1);
      List<Integer> inputs = node.inputs().stream().map(n -> known.getOrDefault(n, -1)).toList();
      Piece piece = node.piece();
      if (ids && piece != null && piece.spec().name().equals("lookup")) {
        Spec embedding = Spec.of("embedding");
        for (Map.Entry<String, Object> option : piece.spec().options().entrySet()) {
          embedding = embedding.with(option.getKey(), option.getValue());
        }
        piece = new Piece(embedding, piece.weights());
      }
      int owner = node.owner() == 0 ? 0 : known.getOrDefault(node.owner(), 0);
      other.nodes.add(new Node(inputs, piece, node.merge(), owner));
      known.put(value, other.nodes.size());
    }
  }

  /** The weights of nodes that a result does not need. */
  public List<String> unused(int result) {
    NavigableSet<Integer> needed = needed(result);
    List<String> unused = new ArrayList<>();
    for (int n = 1; n <= nodes.size(); n++) {
      Piece piece = nodes.get(n - 1).piece();
      if (!needed.contains(n) && piece != null && nodes.get(n - 1).owner() == 0) {
        piece.weights().values().forEach(tensor -> unused.add(tensor.name()));
      }
    }
    return unused;
  }

  /** The graph whose result is the last value, as one layer. */
  public Piece piece() {
    return graph(1, nodes.size());
  }

  /**
   * The layers that compute a value.
   *
   * @param result the number of the value
   */
  public List<Piece> pieces(int result) {
    GraphDraft compact = new GraphDraft();
    Map<Integer, Integer> known = new LinkedHashMap<>(Map.of(0, 0));
    NavigableSet<Integer> needed = needed(result);
    needed.remove(0);
    copy(needed, compact, known, false);
    return compact.pieces();
  }

  private List<Piece> pieces() {
    int size = nodes.size();
    int[] uses = new int[size + 1];
    boolean[] shared = new boolean[size + 1]; // its parameters must stay in the graph
    for (Node node : nodes) {
      node.inputs().forEach(value -> uses[value]++);
      shared[node.owner()] |= node.owner() > 0;
    }
    List<Piece> pieces = new ArrayList<>();
    int first = 1;
    while (first <= size && isLink(first, uses, shared)) {
      pieces.add(link(first++));
    }
    List<Piece> end = new ArrayList<>();
    int last = size;
    while (last > first && isLink(last, uses, shared)) {
      end.add(link(last--));
    }
    if (first <= last) {
      pieces.add(graph(first, last));
    }
    Collections.reverse(end);
    pieces.addAll(end);
    return pieces;
  }

  /** Whether a node reads only the value before it, which nothing else reads. */
  private boolean isLink(int n, int[] uses, boolean[] shared) {
    Node node = nodes.get(n - 1);
    return node.piece() != null
        && node.owner() == 0
        && !shared[n]
        && node.inputs().equals(List.of(n - 1))
        && uses[n - 1] == 1
        && !node.piece().inGraphOnly();
  }

  private Piece link(int n) {
    Piece piece = nodes.get(n - 1).piece();
    return piece == null ? graph(n, n) : piece;
  }

  /** Some nodes as one layer, whose input is the value before the first one. */
  private Piece graph(int first, int last) {
    List<Spec> specs = new ArrayList<>();
    Map<String, ForeignTensor> weights = new LinkedHashMap<>();
    for (int n = first; n <= last; n++) {
      Node node = nodes.get(n - 1);
      Spec spec = Spec.of("node");
      if (node.inputs().isEmpty()) {
        specs.add(spec.with("source", true));
        continue;
      }
      spec = spec.with("inputs", node.inputs().stream().map(v -> v - first + 1).toList());
      if (node.merge() != null) {
        spec = spec.with("merge", node.merge());
      }
      Piece piece = node.piece();
      if (piece != null) {
        spec = spec.with("layer", piece.spec());
        if (node.owner() > 0) {
          spec = spec.with("shares", node.owner() - first + 1);
        } else {
          String prefix = formatted("nodes.%d.", n - first + 1);
          piece.weights().forEach((name, tensor) -> weights.put(prefix + name, tensor));
        }
      }
      specs.add(spec);
    }
    return new Piece(Spec.of("graph").with("nodes", specs), weights);
  }
}
