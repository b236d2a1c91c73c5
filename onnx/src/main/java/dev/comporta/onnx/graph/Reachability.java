package dev.comporta.onnx.graph;

import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/** Which values of a graph are computed from which. */
public final class Reachability {
  /** The most edges that are followed, for all questions together. */
  private static final long MOST_EDGES = 1L << 26;

  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Map<String, Set<String>> known = new HashMap<>();
  private long edges;

  private Reachability() {}

  /** The dependencies of a graph's nodes. */
  public static Reachability of(GraphProto graph) {
    Reachability reach = new Reachability();
    for (NodeProto node : graph.getNodeList()) {
      for (String name : Names.readBy(node)) {
        reach.readers.computeIfAbsent(name, absent -> new ArrayList<>()).add(node);
      }
    }
    return reach;
  }

  /**
   * Whether a value is computed from another one. In a graph that is too large to be searched, the
   * answer is no.
   */
  public boolean depends(String value, String on) {
    return value.equals(on) || known.computeIfAbsent(on, this::computedFrom).contains(value);
  }

  /** The outputs of all nodes that are reached from a value. */
  private Set<String> computedFrom(String name) {
    Set<String> reached = new HashSet<>();
    Queue<String> open = new ArrayDeque<>(List.of(name));
    while (!open.isEmpty()) {
      for (NodeProto node : readers.getOrDefault(open.remove(), List.of())) {
        edges += 1 + node.getOutputCount();
        if (edges > MOST_EDGES) {
          return Set.of();
        }
        for (String output : node.getOutputList()) {
          if (!output.isEmpty() && reached.add(output)) {
            open.add(output);
          }
        }
      }
    }
    return reached;
  }
}
