package dev.comporta.cells.plan.planes;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.PastState;
import dev.comporta.cells.plan.trace.StepTrace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Flattens sums of a trace: finds the summands of a range of columns through sums and slices that
 * have no other use, so that one plane can compute them all.
 */
final class Sums {
  private final List<Node> nodes;
  private final Map<Node, List<Node>> consumers = new HashMap<>();
  private final Map<List<Node>, Node> vectorSums = new HashMap<>();

  /** Values that have other uses and therefore must not be merged into a sum. */
  private final Set<Node> named;

  Sums(StepTrace trace) {
    this.named = new HashSet<>(trace.after().values());
    named.add(trace.output());
    named.addAll(trace.observed().values());
    named.addAll(trace.stateGradients().values());
    named.addAll(trace.frontier().values());
    trace.products().forEach(product -> named.add(product.cotangent()));
    named.addAll(pasts(trace));
    this.nodes = reachable(trace);
    for (Node node : nodes) {
      for (Node operand : node.operands()) {
        consumers.computeIfAbsent(operand, absent -> new ArrayList<>()).add(node);
      }
    }
  }

  /** Values that are never split. */
  private Predicate<Node> whole = node -> false;

  /** Sets the values that are never split. */
  void keepWhole(Predicate<Node> nodes) {
    this.whole = nodes;
  }

  /** All values that the programs need, operands before results. */
  List<Node> nodes() {
    return nodes;
  }

  /** The results of a step for states of positions. */
  private static List<Node> pasts(StepTrace trace) {
    List<Node> made = new ArrayList<>();
    for (PastState past : trace.pasts()) {
      made.add(past.after());
      Node gradient = past.gradient();
      if (gradient != null) {
        made.add(gradient);
      }
    }
    return made;
  }

  private static List<Node> reachable(StepTrace trace) {
    Set<Node> found = new HashSet<>();
    List<Node> roots = new ArrayList<>(trace.after().values());
    roots.add(trace.output());
    roots.addAll(trace.observed().values());
    roots.addAll(trace.stateGradients().values());
    roots.addAll(trace.frontier().values());
    roots.addAll(pasts(trace));
    trace
        .products()
        .forEach(product -> {
          roots.add(product.left());
          roots.add(product.cotangent());
        });
    List<Node> open = new ArrayList<>(roots);
    while (!open.isEmpty()) {
      Node node = open.removeLast();
      if (found.add(node)) {
        open.addAll(node.operands());
      }
    }
    return found.stream().sorted((a, b) -> Integer.compare(a.id(), b.id())).toList();
  }

  /** A range of columns of a summand, starting at {@code from}. */
  record Term(Node node, int from) {}

  /** The summands of columns of a sum, through sums and slices that have no other use. */
  List<Term> terms(Node sum, int from) {
    List<Term> terms = new ArrayList<>();
    sum.operands().forEach(operand -> addTerms(operand, from, terms));
    return terms;
  }

  private void addTerms(Node node, int from, List<Term> into) {
    if (!node.isInLoop() || whole.test(node) || !isExclusive(node)) {
      into.add(new Term(node, from));
    } else if (node.op() instanceof Op.Slice slice && RowShape.isRange(node, slice.axis())) {
      int inner = RowShape.inner(node.shape(), slice.axis());
      addTerms(node.operands().getFirst(), slice.from() * inner + from, into);
    } else if (StepTrace.isSum(node) && sameWidth(node)) {
      node.operands().forEach(operand -> addTerms(operand, from, into));
    } else {
      into.add(new Term(node, from));
    }
  }

  /** Whether no column of a value is read more than once. */
  boolean isExclusive(Node node) {
    List<Node> readers = consumers.getOrDefault(node, List.of());
    if (named.contains(node) || readers.isEmpty()) {
      return false;
    }
    if (readers.size() == 1) {
      return true;
    }
    for (Node reader : readers) {
      if (!(reader.op() instanceof Op.Slice slice && RowShape.isRange(reader, slice.axis()))) {
        return false;
      }
    }
    return disjoint(readers);
  }

  private static boolean disjoint(List<Node> slices) {
    List<Op.Slice> sorted = new ArrayList<>();
    slices.forEach(slice -> sorted.add((Op.Slice) slice.op()));
    if (sorted.stream().mapToInt(Op.Slice::axis).distinct().count() > 1) {
      return false;
    }
    sorted.sort((a, b) -> Integer.compare(a.from(), b.from()));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).from() < sorted.get(i - 1).to()) {
        return false;
      }
    }
    return true;
  }

  static boolean sameWidth(Node node) {
    return node.operands().stream().allMatch(operand -> operand.width() == node.width());
  }

  /** Combines vectors of the same shape, which are added before the loop. */
  List<Plane.Vector> joined(List<Plane.Vector> vectors) {
    if (vectors.size() < 2) {
      return vectors;
    }
    Plane.Vector sum = vectors.getFirst();
    List<Plane.Vector> rest = new ArrayList<>();
    for (Plane.Vector next : vectors.subList(1, vectors.size())) {
      if (next.from() == sum.from() && next.node().shape().equals(sum.node().shape())) {
        sum = new Plane.Vector(sumOf(sum.node(), next.node()), sum.from(), sum.width());
      } else {
        rest.add(next);
      }
    }
    rest.addFirst(sum);
    return rest;
  }

  private Node sumOf(Node a, Node b) {
    return vectorSums.computeIfAbsent(
        List.of(a, b),
        pair ->
            Node.operation(
                -1 - vectorSums.size(),
                new Op.Binary(BinaryFunction.ADD),
                pair,
                a.shape(),
                Node.Dependence.SHARED));
  }
}
