package dev.comporta.onnx.graph;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;

/** Which names nodes read and write, and an order in which every node reads what exists. */
final class Names {
  private Names() {}

  /** The names that a node reads, those of its subgraphs included. */
  static Set<String> readBy(NodeProto node) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : node.getInputList()) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        addFree(attribute.getG(), names);
      }
    }
    return names;
  }

  /** Adds the names that a subgraph reads and does not define. */
  private static void addFree(GraphProto graph, Set<String> names) {
    Set<String> own = new HashSet<>();
    graph.getInputList().forEach(it -> own.add(it.getName()));
    graph.getInitializerList().forEach(it -> own.add(it.getName()));
    graph.getSparseInitializerList().forEach(it -> own.add(it.getValues().getName()));
    graph.getNodeList().forEach(node -> own.addAll(node.getOutputList()));
    for (NodeProto node : graph.getNodeList()) {
      for (String name : readBy(node)) {
        if (!own.contains(name)) {
          names.add(name);
        }
      }
    }
    graph.getOutputList().stream()
        .map(it -> it.getName())
        .filter(name -> !own.contains(name))
        .forEach(names::add);
  }

  /**
   * The nodes that are needed for some names, each after those that it reads from; otherwise in the
   * order of the file.
   */
  static List<NodeProto> inOrder(
      List<NodeProto> nodes, Iterable<String> wanted, GraphContext context) {
    Map<String, Integer> writer = new HashMap<>();
    for (int n = 0; n < nodes.size(); n++) {
      for (String output : nodes.get(n).getOutputList()) {
        if (!output.isEmpty() && writer.put(output, n) != null) {
          throw context.refuse(
              formatted("two nodes compute the value %s", Printable.quoted(output)));
        }
      }
    }
    List<Set<String>> reads = new ArrayList<>();
    for (NodeProto node : nodes) {
      reads.add(readBy(node));
    }
    boolean[] needed = needed(nodes.size(), reads, writer, wanted);
    int[] waiting = new int[nodes.size()];
    List<List<Integer>> readers = new ArrayList<>();
    for (int n = 0; n < nodes.size(); n++) {
      readers.add(new ArrayList<>());
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    int count = 0;
    for (int n = 0; n < nodes.size(); n++) {
      if (!needed[n]) {
        continue;
      }
      count++;
      for (String name : reads.get(n)) {
        Integer from = writer.get(name);
        if (from != null) {
          waiting[n]++;
          readers.get(from).add(n);
        }
      }
      if (waiting[n] == 0) {
        ready.add(n);
      }
    }
    List<NodeProto> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      int n = ready.remove();
      ordered.add(nodes.get(n));
      for (int reader : readers.get(n)) {
        if (--waiting[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    if (ordered.size() != count) {
      throw context.refuse("its nodes form a cycle");
    }
    return ordered;
  }

  private static boolean[] needed(
      int count, List<Set<String>> reads, Map<String, Integer> writer, Iterable<String> wanted) {
    boolean[] needed = new boolean[count];
    Queue<Integer> open = new ArrayDeque<>();
    for (String name : wanted) {
      Integer from = writer.get(name);
      if (from != null && !needed[from]) {
        needed[from] = true;
        open.add(from);
      }
    }
    while (!open.isEmpty()) {
      for (String name : reads.get(open.remove())) {
        Integer from = writer.get(name);
        if (from != null && !needed[from]) {
          needed[from] = true;
          open.add(from);
        }
      }
    }
    return needed;
  }
}
