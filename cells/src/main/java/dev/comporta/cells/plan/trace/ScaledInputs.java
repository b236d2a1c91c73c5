package dev.comporta.cells.plan.trace;

import dev.comporta.api.cell.Cell;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves {@code scale * x + shift} into the loop if only element-wise values of the loop read it, as
 * in a scaled highway connection. Computed before the loop, it would be an array of all timesteps,
 * and its gradient two more.
 *
 * <p>All other readers of x must be products of inputs: the cotangent of the moved value is then
 * the last summand of the gradient of x, as it would be outside the loop, so that the bits are the
 * same.
 */
final class ScaledInputs {
  private final Map<Node, List<Node>> readers = new HashMap<>();
  private final Set<Node> results = new HashSet<>();

  private ScaledInputs(Trace trace, Cell.Step step, Collection<Node> observed) {
    for (Node node : trace.nodes()) {
      for (Node operand : node.operands()) {
        readers.computeIfAbsent(operand, absent -> new ArrayList<>()).add(node);
      }
    }
    results.addAll(observed);
    results.add(Trace.node(step.output()));
    for (Tensor part : step.state().parts().values()) {
      results.add(Trace.node(part));
    }
  }

  static void moveIntoLoop(Trace trace, Cell.Step step, Collection<Node> observed) {
    ScaledInputs scaled = new ScaledInputs(trace, step, observed);
    trace.nodes().stream().filter(scaled::isMoved).forEach(Node::moveIntoLoop);
  }

  private boolean isMoved(Node node) {
    if (!(node.op() instanceof Op.Affine) || !node.isInput() || node.isInLoop()) {
      return false;
    }
    Node x = node.operands().getFirst();
    return !results.contains(node)
        && !results.contains(x)
        && readers(node).stream().allMatch(reader -> reader.isInLoop() && reader.isElementwise())
        && readers(x).stream().allMatch(reader -> reader == node || isProductOf(x, reader))
        && readers(x).size() > 1;
  }

  private static boolean isProductOf(Node x, Node reader) {
    return reader.isRowProduct() && reader.isInput() && reader.operands().getFirst() == x;
  }

  private List<Node> readers(Node node) {
    return readers.getOrDefault(node, List.of());
  }
}
