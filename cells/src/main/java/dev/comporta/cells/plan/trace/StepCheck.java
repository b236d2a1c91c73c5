package dev.comporta.cells.plan.trace;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.UntraceableException;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Validates the graph of a step: it must be the same at every call, which is checked by tracing
 * twice, and must not contain operations across the rows of the batch.
 */
public final class StepCheck {
  private final IdentityHashMap<Node, Node> seen = new IdentityHashMap<>();

  /** The axes of positions of the first trace; null if both traces have the same. */
  private final @Nullable Positions firstPositions;

  private final @Nullable Positions secondPositions;

  private StepCheck(@Nullable Positions first, @Nullable Positions second) {
    this.firstPositions = first;
    this.secondPositions = second;
  }

  /**
   * Rejects a step that is not pure or combines rows.
   *
   * @param first the results of the first trace, by name
   * @param second the results of a second trace with the same arguments
   * @throws UntraceableException naming the offending operation
   */
  public static void require(Map<String, Node> first, Map<String, Node> second) {
    new StepCheck(null, null).requireSame(first, second);
  }

  /**
   * Rejects a step whose graph depends on the number of positions of its memories.
   *
   * @param first the results of the first trace, by name
   * @param firstPositions the positions of the first trace
   * @param second the results of the second trace
   * @param secondPositions the positions of the second trace
   * @throws UntraceableException naming the offending operation
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
      throw different(formatted("it returned %s and then %s", first.keySet(), second.keySet()));
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
          formatted(
              "its '%s' was computed from %s and then from %s",
              name, described(first), described(second)));
    }
    for (int i = 0; i < first.operands().size(); i++) {
      require(name, first.operands().get(i), second.operands().get(i));
    }
    if (first.dependence() != Node.Dependence.SHARED && !first.batched()) {
      throw new UntraceableException(
          formatted(
              "the step computes %s of shape %s across the rows of the batch",
              first.name(), first.shape()));
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
    if (op instanceof Op.GatherColumns a && again instanceof Op.GatherColumns b) {
      sameOp = Arrays.equals(a.columns().values(), b.columns().values());
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
      case null -> formatted("%s %s%s", node.name(), node.number(), node.shape());
      case Op.Affine affine ->
          formatted("%s * x + %s in %s", affine.scale(), affine.shift(), node.shape());
      case Op op -> node.name() + node.shape();
    };
  }

  private UntraceableException different(String difference) {
    if (firstPositions != null) {
      return new UntraceableException(
          "the step depends on the number of positions of a memory: traced with two sizes, "
              + difference);
    }
    return new UntraceableException(
        "the step is not pure: traced twice with the same arguments, "
            + difference
            + "; a step must depend on its arguments only");
  }
}
