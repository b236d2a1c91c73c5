package dev.comporta.cells.plan.memory;

import dev.comporta.api.tensor.Op;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.Positions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which values of a trace memory programs compute, and which program each of them: programs between
 * products are numbered in order of dependency. Fixed once it is made.
 */
final class MemoryMembers {
  private final Positions positions;
  private final Set<Node> members = new HashSet<>();
  private final Set<Node> forward = new HashSet<>();
  private final Map<Node, List<Node>> consumers = new HashMap<>();
  private final Map<Node, Integer> levels = new HashMap<>();

  /**
   * A program: backward programs do not run in the forward loop, even if they have no other
   * dependency.
   *
   * @param backward whether the program belongs to the backward loop
   * @param level its number in order of dependency
   */
  record Key(boolean backward, int level) {}

  /**
   * Finds the members.
   *
   * @param positions the axes of positions
   * @param nodes all values that the programs need, operands before results
   * @param results the results of the forward program
   */
  MemoryMembers(Positions positions, List<Node> nodes, Collection<Node> results) {
    this.positions = positions;
    collect(results, forward);
    for (Node node : nodes) {
      node.operands()
          .forEach(it -> consumers.computeIfAbsent(it, absent -> new ArrayList<>()).add(node));
    }
    find(nodes);
    nodes.forEach(this::findLevel);
  }

  private static void collect(Collection<Node> roots, Set<Node> into) {
    List<Node> open = new ArrayList<>(roots);
    while (!open.isEmpty()) {
      Node node = open.removeLast();
      if (into.add(node)) {
        open.addAll(node.operands());
      }
    }
  }

  private void find(List<Node> nodes) {
    Set<Node> leading = new HashSet<>();
    for (Node node : nodes.reversed()) {
      for (Node consumer : consumers(node)) {
        if (hasPositions(consumer) || (joins(consumer) && leading.contains(consumer))) {
          leading.add(node);
        }
      }
    }
    for (Node node : nodes) {
      boolean member =
          hasPositions(node)
              || (isLoop(node) && node.operands().stream().anyMatch(positions::in))
              || (joins(node)
                  && leading.contains(node)
                  && node.operands().stream().anyMatch(members::contains));
      if (member) {
        members.add(node);
      }
    }
  }

  private static boolean isLoop(Node node) {
    return node.dependence() == Node.Dependence.STATE && node.op() != null;
  }

  private boolean hasPositions(Node node) {
    return isLoop(node) && positions.in(node);
  }

  /**
   * Whether a value is a single row between values with positions, such as the sum in a softmax's
   * gradient.
   */
  private static boolean joins(Node node) {
    return isLoop(node)
        && node.batched()
        && switch (node.op()) {
          case Op.Unary _,
              Op.Affine _,
              Op.Binary _,
              Op.SumTo _,
              Op.BroadcastTo _,
              Op.Reshape _,
              Op.Select _,
              Op.MaxLast _ ->
              true;
          case null, default -> false;
        };
  }

  private void findLevel(Node node) {
    int level = 0;
    boolean member = members.contains(node);
    for (Node operand : node.operands()) {
      int before = level(operand);
      level = Math.max(level, members.contains(operand) && !member ? before + 1 : before);
    }
    levels.put(node, level);
  }

  private int level(Node node) {
    return levels.getOrDefault(node, 0);
  }

  private List<Node> consumers(Node node) {
    return consumers.getOrDefault(node, List.of());
  }

  boolean contains(Node node) {
    return members.contains(node);
  }

  /** Whether a value is a member with positions, and can therefore be stored. */
  boolean isStored(Node node) {
    return members.contains(node) && positions.in(node);
  }

  /**
   * Whether a value is a row of the loop. Gradients of parameters are not, because they are sums
   * over rows.
   */
  boolean isRow(Node node) {
    return members.contains(node) && node.batched() && !positions.in(node);
  }

  /** Whether something other than a memory program reads a value in the loop. */
  boolean isReadOutside(Node node, boolean backward) {
    return consumers(node).stream()
        .anyMatch(
            consumer -> !members.contains(consumer) && (backward || forward.contains(consumer)));
  }

  /** The program that computes a value. */
  Key program(Node node) {
    return new Key(!forward.contains(node), level(node));
  }

  /** The program of the backward loop that can read a value. */
  Key backwardProgram(Node node) {
    return new Key(true, level(node));
  }
}
