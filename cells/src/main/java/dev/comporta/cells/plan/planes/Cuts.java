package dev.comporta.cells.plan.planes;

import dev.comporta.api.tensor.Op;
import dev.comporta.cells.plan.trace.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Finds where the columns of each value must be cut, so that every slice, pad and join falls on a
 * border of planes: the coarsest cuts that agree along element-wise operations.
 */
final class Cuts {
  private final Map<Node, NavigableSet<Integer>> cuts = new HashMap<>();

  Cuts(List<Node> nodes) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = nodes.size() - 1; i >= 0; i--) {
        changed |= agree(nodes.get(i));
      }
    }
  }

  /** The borders of a value's planes, including 0 and the width. */
  List<Integer> borders(Node node) {
    List<Integer> borders = new ArrayList<>();
    borders.add(0);
    borders.addAll(of(node));
    if (node.width() > 0) {
      borders.add(node.width());
    }
    return borders;
  }

  private NavigableSet<Integer> of(Node node) {
    return cuts.computeIfAbsent(node, key -> new TreeSet<>());
  }

  private boolean agree(Node node) {
    Op op = node.op();
    if (op == null || !node.batched()) {
      return false;
    }
    boolean changed = false;
    switch (op) {
      case Op.Unary unary -> changed = share(node, node.operands());
      case Op.Affine affine -> changed = share(node, node.operands());
      case Op.Binary binary -> changed = share(node, node.operands());
      case Op.Select select -> changed = share(node, node.operands());
      case Op.Reshape reshape -> changed = share(node, node.operands());
      case Op.Slice slice -> {
        if (RowShape.isRange(node, slice.axis())) {
          int from = slice.from() * RowShape.inner(node.shape(), slice.axis());
          changed = part(node.operands().getFirst(), from, node);
        }
      }
      case Op.Pad pad -> {
        if (RowShape.isRange(node, pad.axis())) {
          int from = pad.from() * RowShape.inner(node.shape(), pad.axis());
          changed = part(node, from, node.operands().getFirst());
        }
      }
      case Op.Concat concat -> {
        int from = 0;
        for (Node operand : node.operands()) {
          if (RowShape.isRange(node, concat.axis())) {
            changed |= part(node, from, operand);
            from += operand.width();
          }
        }
      }
      default -> {}
    }
    return changed;
  }

  /** Makes values that are combined element-wise have the same cuts. */
  private boolean share(Node node, List<Node> operands) {
    boolean changed = false;
    for (Node operand : operands) {
      if (operand.batched() && operand.width() == node.width()) {
        changed |= of(node).addAll(of(operand));
        changed |= of(operand).addAll(of(node));
      }
    }
    return changed;
  }

  /** Makes a part share the cuts of the value that contains it. */
  private boolean part(Node whole, int from, Node part) {
    int to = from + part.width();
    boolean changed = cut(whole, from);
    changed |= cut(whole, to);
    for (int cut : List.copyOf(of(part))) {
      changed |= cut(whole, from + cut);
    }
    for (int cut : List.copyOf(of(whole).subSet(from, false, Math.max(from, to), false))) {
      changed |= cut(part, cut - from);
    }
    return changed;
  }

  private boolean cut(Node node, int at) {
    return at > 0 && at < node.width() && of(node).add(at);
  }
}
