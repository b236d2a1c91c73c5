package dev.comporta.cells.plan.planes;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.trace.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one plane of a sum: products inside the loop, products of inputs that are hoisted out of
 * it, parameter vectors, and other summands.
 */
final class SumPlanes {
  private final PlaneSplitter splitter;
  private final Sums sums;
  private final UniquePlanes unique;

  SumPlanes(PlaneSplitter splitter, Sums sums, UniquePlanes unique) {
    this.splitter = splitter;
    this.sums = sums;
    this.unique = unique;
  }

  /** The plane of a sum of some columns of its terms. */
  Plane plane(List<Sums.Term> terms, int width) {
    List<Plane.HoistedProduct> hoisted = new ArrayList<>();
    List<Plane.Vector> vectors = new ArrayList<>();
    List<Plane.Product> products = new ArrayList<>();
    List<Plane> others = new ArrayList<>();
    for (Sums.Term term : terms) {
      Node node = term.node();
      boolean swallow = terms.size() == 1 || sums.isExclusive(node);
      boolean remembered = node.dependence() == Node.Dependence.MEMORY;
      if (node.isRowProduct() && node.batched() && swallow && !remembered) {
        addProduct(node, term.from(), width, hoisted, products);
      } else if (!node.batched() && !node.isConstant()) {
        vectors.add(new Plane.Vector(node, term.from(), width));
      } else {
        Plane plane = splitter.columns(node, term.from(), width);
        if (!UniquePlanes.isNumber(plane, 0)) {
          others.add(plane);
        }
      }
    }
    if (hoisted.isEmpty() && products.isEmpty()) {
      return added(vectors, others, width);
    }
    return new Plane.Sum(hoisted, sums.joined(vectors), products, others, width);
  }

  private Plane added(List<Plane.Vector> vectors, List<Plane> others, int width) {
    List<Plane> all = new ArrayList<>(others);
    vectors.forEach(vector -> all.add(unique.of(vector)));
    if (all.isEmpty()) {
      return new Plane.Constant(0, width);
    }
    Plane sum = all.getFirst();
    for (Plane next : all.subList(1, all.size())) {
      sum = unique.of(multiplyAdd(sum, next, width));
    }
    return sum;
  }

  /** A sum of two planes, fused with a product that it contains. */
  private static Plane multiplyAdd(Plane a, Plane b, int width) {
    if (b instanceof Plane.Binary product && fusable(product, a, width)) {
      return new Plane.MultiplyAdd(product.a(), product.b(), a);
    }
    if (a instanceof Plane.Binary product && fusable(product, b, width)) {
      return new Plane.MultiplyAdd(product.a(), product.b(), b);
    }
    return new Plane.Binary(BinaryFunction.ADD, a, b, width);
  }

  private static boolean fusable(Plane.Binary product, Plane summand, int width) {
    return product.function() == BinaryFunction.MULTIPLY
        && UniquePlanes.isFull(product.a(), width)
        && UniquePlanes.isFull(product.b(), width)
        && UniquePlanes.isFull(summand, width);
  }

  private void addProduct(
      Node term,
      int column,
      int columns,
      List<Plane.HoistedProduct> hoisted,
      List<Plane.Product> products) {
    Node left = term.operands().get(0);
    Node right = term.operands().get(1);
    if (!(term.op() instanceof Op.MatMul product)) {
      throw new IllegalStateException("no product: " + term);
    }
    if (right.dependence() != Node.Dependence.SHARED || !left.batched()) {
      throw unplannedProduct(left, right);
    }
    if (left.dependence() == Node.Dependence.INPUT) {
      hoisted.add(
          new Plane.HoistedProduct(
              left,
              new Plane.Block(right, product.transposeRight(), 0, left.width(), column, columns)));
      return;
    }
    splitLeft(left, right, product.transposeRight(), column, columns, hoisted, products);
  }

  /** Why there is no plan of a product whose right operand differs from row to row. */
  static UntraceableException unplannedProduct(Node left, Node right) {
    return new UntraceableException(
        formatted(
            "the step multiplies by a matrix that depends on the batch (%s x %s)",
            left.shape(), right.shape()));
  }

  /** The planes and blocks of a product inside the loop. */
  List<Plane.Product> products(Node left, Node right, boolean transposed, int column, int columns) {
    List<Plane.HoistedProduct> hoisted = new ArrayList<>();
    List<Plane.Product> products = new ArrayList<>();
    splitLeft(left, right, transposed, column, columns, hoisted, products);
    for (Plane.HoistedProduct product : hoisted) {
      products.add(new Plane.Product(splitter.whole(product.left()), product.right()));
    }
    return products;
  }

  /**
   * Splits a left operand of several planes into a sum of products; planes that depend on inputs
   * only are hoisted.
   */
  private void splitLeft(
      Node left,
      Node right,
      boolean transposed,
      int column,
      int columns,
      List<Plane.HoistedProduct> hoisted,
      List<Plane.Product> products) {
    int row = 0;
    if (left.op() instanceof Op.Concat) {
      for (Node part : left.operands()) {
        Plane.Block block = new Plane.Block(right, transposed, row, part.width(), column, columns);
        if (part.dependence() == Node.Dependence.INPUT) {
          hoisted.add(new Plane.HoistedProduct(part, block));
        } else {
          products.add(new Plane.Product(splitter.whole(part), block));
        }
        row += part.width();
      }
      return;
    }
    for (Plane plane : splitter.planes(left)) {
      Plane.Block block = new Plane.Block(right, transposed, row, plane.width(), column, columns);
      if (!UniquePlanes.isNumber(plane, 0)) {
        products.add(new Plane.Product(plane, block));
      }
      row += plane.width();
    }
  }
}
