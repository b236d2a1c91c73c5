package dev.comporta.onnx.graph;

import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/** Which values of a graph are computed from which. */
public final class Reachability {
  private final Map<String, NodeProto> writers = new HashMap<>();

  private Reachability() {}

  /** The dependencies of a graph's nodes. */
  public static Reachability of(GraphProto graph) {
    Reachability reach = new Reachability();
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(name -> reach.writers.put(name, node));
    }
    return reach;
  }

  /** Whether a value is computed from another one. */
  public boolean depends(String value, String on) {
    Set<String> seen = new HashSet<>();
    Queue<String> open = new ArrayDeque<>();
    open.add(value);
    while (!open.isEmpty()) {
      String name = open.remove();
      if (name.equals(on)) {
        return true;
      }
      NodeProto writer = writers.get(name);
      if (writer != null && seen.add(name)) {
        open.addAll(Names.readBy(writer));
      }
    }
    return false;
  }
}
