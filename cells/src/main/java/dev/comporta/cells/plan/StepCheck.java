package dev.comporta.cells.plan;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.UntraceableException;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the graph of a step must be to stand for the step: the same at every call, and without
 * operations across the rows of the batch. A step is traced twice to see the first.
 */
final class StepCheck {
  private final IdentityHashMap<Node, Node> seen = new IdentityHashMap<>();

  /** The axes of positions of the two traces; null where both have the same. */
  private final @Nullable Positions firstPositions;

  private final @Nullable Positions secondPositions;

  private StepCheck(@Nullable Positions first, @Nullable Positions second) {
    this.firstPositions = first;
    this.secondPositions = second;
  }

  /**
   * Refuses a step that is not pure or mixes rows.
   *
   * @param first what the step gave when it was traced, by name
   * @param second what it gave when it was traced again with the same arguments
   * @throws UntraceableException with the operation that is wrong
   */
  static void require(Map<String, Node> first, Map<String, Node> second) {
    new StepCheck(null, null).requireSame(first, second);
  }

  /**
   * Refuses a step that is another for another number of positions of its memories.
   *
   * @param first what the step gave, by name
   * @param firstPositions with these positions
   * @param second what it gave when it was traced again
   * @param secondPositions with these
   * @throws UntraceableException with the operation that is wrong
   */
  static void requireAnyPositions(
      Map<String, Node> first,
      Positions firstPositions,
      Map<String, Node> second,
      Positions secondPositions) {
    new StepCheck(firstPositions, secondPositions).requireSame(first, second);
  }

  private void requireSame(Map<String, Node> first, Map<String, Node> second) {
    if (!first.keySet().equals(second.keySet())) {
      throw different("it gave %s and then %s".formatted(first.keySet(), second.keySet()));
    }
    first.forEach((name, node) -> {
      Node again = second.get(name);
      if (again == null) {
        throw new IllegalStateException("no value " + name);
      }
      require(name, node, again);
    });
  }

  private void require(String name, Node first, Node second) {
    if (seen.get(first) == second) {
      return;
    }
    if (!isSame(first, second)) {
      throw different(
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

  private boolean isSame(Node first, Node second) {
    Op op = first.op();
    Op again = second.op();
    boolean sameOp = Objects.equals(marked(op, firstPositions), marked(again, secondPositions));
    if (op instanceof Op.Gather a && again instanceof Op.Gather b) {
      sameOp = Arrays.equals(a.ids().values(), b.ids().values());
    }
    return sameOp
        && first.leaf() == second.leaf()
        && first.name().equals(second.name())
        && Float.compare(first.number(), second.number()) == 0
        && marked(first.shape(), firstPositions).equals(marked(second.shape(), secondPositions))
        && first.operands().size() == second.operands().size();
  }

  private static @Nullable Object marked(@Nullable Op op, @Nullable Positions positions) {
    return op == null || positions == null ? op : positions.marked(op);
  }

  private static Object marked(Shape shape, @Nullable Positions positions) {
    return positions == null ? shape : positions.marked(shape);
  }

  private static String described(Node node) {
    return switch (node.op()) {
      case null -> "%s %s%s".formatted(node.name(), node.number(), node.shape());
      case Op.Affine affine ->
          "%s * x + %s in %s".formatted(affine.scale(), affine.shift(), node.shape());
      case Op op -> node.name() + node.shape();
    };
  }

  private UntraceableException different(String difference) {
    if (firstPositions != null) {
      return new UntraceableException(
          "the step depends on the number of positions of a memory: traced with two numbers, "
              + difference);
    }
    return new UntraceableException(
        "the step is not pure: traced twice with the same arguments, "
            + difference
            + "; a step must depend on nothing but its arguments");
  }
}
