package dev.comporta.cells.plan;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.UntraceableException;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the graph of a step must be to stand for the step: the same at every call, and without
 * operations across the rows of the batch. A step is traced twice to see the first.
 */
final class StepCheck {
  private final IdentityHashMap<Node, Node> seen = new IdentityHashMap<>();

  private StepCheck() {}

  /**
   * Refuses a step that is not pure or mixes rows.
   *
   * @param first what the step gave when it was traced, by name
   * @param second what it gave when it was traced again with the same arguments
   * @throws UntraceableException with the operation that is wrong
   */
  static void require(Map<String, Node> first, Map<String, Node> second) {
    if (!first.keySet().equals(second.keySet())) {
      throw impure("it gave %s and then %s".formatted(first.keySet(), second.keySet()));
    }
    StepCheck check = new StepCheck();
    first.forEach((name, node) -> {
      Node again = second.get(name);
      if (again == null) {
        throw new IllegalStateException("no value " + name);
      }
      check.require(name, node, again);
    });
  }

  private void require(String name, Node first, Node second) {
    if (seen.get(first) == second) {
      return;
    }
    if (!isSame(first, second)) {
      throw impure(
          "its '%s' was made from %s and then from %s"
              .formatted(name, described(first), described(second)));
    }
    for (int i = 0; i < first.operands().size(); i++) {
      require(name, first.operands().get(i), second.operands().get(i));
    }
    if (first.dependence() != Node.Dependence.SHARED && !first.batched()) {
      throw new UntraceableException(
          "the step computes %s of shape %s across the rows of the batch"
              .formatted(first.name(), first.shape()));
    }
    seen.put(first, second);
  }

  private static boolean isSame(Node first, Node second) {
    Op op = first.op();
    Op again = second.op();
    boolean sameOp = Objects.equals(op, again);
    if (op instanceof Op.Gather a && again instanceof Op.Gather b) {
      sameOp = Arrays.equals(a.ids().values(), b.ids().values());
    }
    return sameOp
        && first.leaf() == second.leaf()
        && first.name().equals(second.name())
        && Float.compare(first.number(), second.number()) == 0
        && first.shape().equals(second.shape())
        && first.operands().size() == second.operands().size();
  }

  private static String described(Node node) {
    return switch (node.op()) {
      case null -> "%s %s%s".formatted(node.name(), node.number(), node.shape());
      case Op.Affine affine ->
          "%s * x + %s in %s".formatted(affine.scale(), affine.shift(), node.shape());
      case Op op -> node.name() + node.shape();
    };
  }

  private static UntraceableException impure(String difference) {
    return new UntraceableException(
        "the step is not pure: traced twice with the same arguments, "
            + difference
            + "; a step must depend on nothing but its arguments");
  }
}
