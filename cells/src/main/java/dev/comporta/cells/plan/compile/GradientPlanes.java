package dev.comporta.cells.plan.compile;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSet;
import dev.comporta.cells.plan.planes.PlaneSplitter;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.StepTrace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the backward program must compute, as planes: the cotangents of the state, and those that
 * are read after the loop to compute the gradients of parameters, of inputs and of memories.
 */
final class GradientPlanes {
  /**
   * A product inside the loop whose right operand needs a gradient, of one or several vectors for
   * each row.
   */
  record Weight(Plane left, Plane.Block right, int vectors, Plane cotangent) {}

  /** A hoisted product; its left operand may need a gradient too. */
  record Hoisted(Node left, Plane.Block right, Plane cotangent) {}

  /** Columns of a parameter vector, whose cotangent is multiplied by a factor if there is one. */
  record Vector(Node vector, int from, Plane cotangent, @Nullable Plane factor) {}

  /** Columns of a value computed before the loop. */
  record Before(Node node, int from, Plane cotangent) {}

  private final StepTrace trace;
  private final PlaneSplitter splitter;
  private final List<Weight> weights = new ArrayList<>();
  private final List<Hoisted> hoisted = new ArrayList<>();
  private final List<Vector> vectors = new ArrayList<>();
  private final List<Before> before = new ArrayList<>();
  private final List<Before> remembered = new ArrayList<>();
  private final Map<String, Plane> state = new LinkedHashMap<>();
  private final List<Plane> reads = new ArrayList<>();
  private final List<Plane> roots = new ArrayList<>();

  private GradientPlanes(StepTrace trace, PlaneSplitter splitter) {
    this.trace = trace;
    this.splitter = splitter;
  }

  /** No gradients. */
  static GradientPlanes none(StepTrace trace, PlaneSplitter splitter) {
    return new GradientPlanes(trace, splitter);
  }

  /** The gradients of a traced step. */
  static GradientPlanes of(StepTrace trace, PlaneSplitter splitter) {
    GradientPlanes planes = new GradientPlanes(trace, splitter);
    trace.products().forEach(planes::addWeights);
    trace.frontier().forEach(planes::addFrontier);
    trace.stateGradients().forEach((name, node) -> planes.state.put(name, splitter.whole(node)));
    planes.roots.addAll(planes.state.values());
    planes.multiplyLater();
    splitter.groups().of(true).forEach(group -> planes.reads.add(splitter.read(group)));
    planes.roots.addAll(planes.reads);
    return planes;
  }

  List<Weight> weights() {
    return weights;
  }

  List<Hoisted> hoisted() {
    return hoisted;
  }

  List<Vector> vectors() {
    return vectors;
  }

  List<Before> before() {
    return before;
  }

  /** Cotangents of vectors of memories, the same at all timesteps. */
  List<Before> remembered() {
    return remembered;
  }

  /** The cotangents of the state before the step, by name. */
  Map<String, Plane> state() {
    return state;
  }

  /** What memory programs compute in the backward loop. */
  List<Plane> reads() {
    return reads;
  }

  /** All planes that the backward program computes. */
  List<Plane> roots() {
    return roots;
  }

  /** The cotangents that are read after the loop. */
  Set<Plane> readLater() {
    Set<Plane> all = new PlaneSet();
    addStoredForOthers(all);
    vectors.forEach(sink -> all.add(sink.cotangent()));
    return all;
  }

  /** Adds the cotangents that are read after the loop for other gradients than those of vectors. */
  private void addStoredForOthers(Set<Plane> all) {
    weights.forEach(sink -> all.add(sink.cotangent()));
    hoisted.forEach(sink -> all.add(sink.cotangent()));
    before.forEach(sink -> all.add(sink.cotangent()));
    remembered.forEach(sink -> all.add(sink.cotangent()));
  }

  /**
   * Leaves the products of two values that exist after the loop to the sums after the loop: the
   * gradient of an element-wise weight of the state sums its cotangent times the state.
   */
  private void multiplyLater() {
    Set<Plane> stored = new PlaneSet();
    addStoredForOthers(stored);
    for (Vector sink : vectors) {
      if (!(sink.cotangent() instanceof Plane.Binary)) {
        stored.add(sink.cotangent());
      }
    }
    vectors.replaceAll(sink -> {
      if (sink.vector().width() == 1
          || !(sink.cotangent() instanceof Plane.Binary product)
          || product.function() != BinaryFunction.MULTIPLY
          || stored.contains(product)
          || state.values().stream().anyMatch(plane -> plane == product)) {
        return sink;
      }
      for (Plane factor : product.operands()) {
        Plane cotangent = factor == product.a() ? product.b() : product.a();
        if (factor instanceof Plane.State
            && factor.width() == product.width()
            && stored.contains(cotangent)) {
          roots.removeIf(root -> root == product);
          return new Vector(sink.vector(), sink.from(), cotangent, factor);
        }
      }
      return sink;
    });
  }

  private void addWeights(StepTrace.ProductGradient product) {
    if (trace.positions().in(product.left())) {
      return; // accumulated by a memory program
    }
    if (product.left().vectors() > 1) {
      Plane cotangent = splitter.whole(product.cotangent());
      if (!(cotangent instanceof Plane.Constant)) {
        roots.add(cotangent);
        Plane.VectorProducts all =
            splitter.vectorProducts(
                product.left(), product.right(), product.transposed(), product.cotangent());
        weights.add(new Weight(all.x(), all.right(), all.vectors(), cotangent));
      }
      return;
    }
    List<Integer> borders = splitter.borders(product.cotangent());
    List<Plane> cotangents = splitter.planes(product.cotangent());
    for (int i = 0; i < cotangents.size(); i++) {
      Plane cotangent = cotangents.get(i);
      if (cotangent instanceof Plane.Constant) {
        continue;
      }
      roots.add(cotangent);
      for (Plane.Product part :
          splitter.products(
              product.left(),
              product.right(),
              product.transposed(),
              borders.get(i),
              cotangent.width())) {
        weights.add(new Weight(part.left(), part.right(), 1, cotangent));
      }
    }
  }

  private void addFrontier(Node node, Node cotangent) {
    if (node.isConstant()
        || node.leaf() == Node.Leaf.STEP_MASK
        || node.leaf() == Node.Leaf.PARAMETER_MASK
        || node.leaf() == Node.Leaf.SEQUENCE_MASK
        || trace.positions().in(node)) {
      return;
    }
    if (node.dependence() == Node.Dependence.SHARED) {
      addVector(node, cotangent);
      return;
    }
    List<Integer> borders = splitter.borders(cotangent);
    List<Plane> planes = splitter.planes(cotangent);
    for (int i = 0; i < planes.size(); i++) {
      Plane plane = planes.get(i);
      if (plane instanceof Plane.Constant) {
        continue;
      }
      roots.add(plane);
      if (node.dependence() == Node.Dependence.MEMORY) {
        remembered.add(new Before(node, borders.get(i), plane));
      } else if (node.isRowProduct() && node.op() instanceof Op.MatMul product) {
        Plane.Block block =
            new Plane.Block(
                node.operands().get(1),
                product.transposeRight(),
                0,
                node.operands().getFirst().width(),
                borders.get(i),
                plane.width());
        hoisted.add(new Hoisted(node.operands().getFirst(), block, plane));
      } else {
        before.add(new Before(node, borders.get(i), plane));
      }
    }
  }

  /** The cotangent of a parameter vector is a sum over rows, which is computed after the loop. */
  private void addVector(Node vector, Node cotangent) {
    if (StepTrace.isSum(cotangent) && !cotangent.batched()) {
      cotangent.operands().forEach(part -> addVector(vector, part));
      return;
    }
    if (splitter.groups().isPositionSum(cotangent)) {
      return; // accumulated by a memory program
    }
    if (!(cotangent.op() instanceof Op.SumTo)) {
      throw new UntraceableException(
          formatted(
              "the gradient of %s is a '%s', which plans do not cover", vector, cotangent.name()));
    }
    Node rows = cotangent.operands().getFirst();
    if (vector.width() != 1 && vector.width() != rows.width()) {
      Plane plane = splitter.folded(rows, vector.shape());
      roots.add(plane);
      vectors.add(new Vector(vector, 0, plane, null));
      return;
    }
    List<Integer> borders = splitter.borders(rows);
    List<Plane> planes = splitter.planes(rows);
    for (int i = 0; i < planes.size(); i++) {
      Plane plane = planes.get(i);
      if (!(plane instanceof Plane.Constant)) {
        roots.add(plane);
        vectors.add(new Vector(vector, vector.width() == 1 ? 0 : borders.get(i), plane, null));
      }
    }
  }
}
