package dev.comporta.cells.plan.planes;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.memory.MemoryGroups;
import dev.comporta.cells.plan.program.RowFunction;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.Positions;
import dev.comporta.cells.plan.trace.StepTrace;
import dev.comporta.cells.plan.trace.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Splits the values of a trace into planes: slices and joins are eliminated, sums with products
 * become one value each, and products of inputs are hoisted out of the loop.
 */
public final class PlaneSplitter {
  private final Sums sums;
  private final MemoryGroups groups;
  private final Cuts cuts;
  private final Positions positions;
  private final Map<Node, List<Plane>> done = new HashMap<>();
  private final UniquePlanes unique = new UniquePlanes();
  private final SumPlanes sumPlanes;

  public PlaneSplitter(
      StepTrace trace, Values values, Collection<Node> observed, boolean backward) {
    this.sums = new Sums(trace);
    this.groups = new MemoryGroups(trace, values, sums.nodes(), observed, backward);
    this.sumPlanes = new SumPlanes(this, sums, unique);
    sums.keepWhole(groups::isMember);
    this.positions = trace.positions();
    this.cuts = new Cuts(sums.nodes().stream().filter(node -> !positions.in(node)).toList());
  }

  /** The values that are computed from memories. */
  public MemoryGroups groups() {
    return groups;
  }

  /** The plane of a group. */
  public Plane read(MemoryGroups.Group group) {
    List<Plane> inputs = new ArrayList<>();
    for (Node input : group.planeInputs()) {
      Plane plane = whole(input);
      inputs.add(plane instanceof Plane.Constant ? unique.repeated(plane, plane.width()) : plane);
    }
    List<Plane> before = group.before().stream().map(this::read).toList();
    return unique.of(new Plane.Read(group.program(), inputs, before));
  }

  /** The value as one plane. */
  public Plane whole(Node node) {
    List<Plane> planes = planes(node);
    return planes.size() == 1 ? planes.getFirst() : unique.join(planes, 1);
  }

  /** The cotangent of a part of the state from the next timestep. */
  public Plane stateCotangent(String name, int width) {
    return unique.of(new Plane.StateCotangent(name, width));
  }

  /** The borders of a value's planes. */
  public List<Integer> borders(Node node) {
    return cuts.borders(node);
  }

  /** The planes of a value, left to right. */
  public List<Plane> planes(Node node) {
    List<Plane> present = done.get(node);
    if (present != null) {
      return present;
    }
    requireRows(node);
    List<Integer> borders = cuts.borders(node);
    List<Plane> planes = new ArrayList<>();
    for (int i = 0; i + 1 < borders.size(); i++) {
      int from = borders.get(i);
      planes.add(unique.of(plane(node, from, borders.get(i + 1) - from)));
    }
    done.put(node, planes);
    return planes;
  }

  private void requireRows(Node node) {
    if (positions.in(node)) {
      throw new UntraceableException(
          formatted(
              "the step computes %s of shape %s from the positions of a memory, which plans do not cover",
              node.name(), node.shape()));
    }
    if (!node.batched() && node.dependence() == Node.Dependence.STATE) {
      throw new UntraceableException(
          formatted(
              "the step computes %s of shape %s across the rows of the batch",
              node.name(), node.shape()));
    }
  }

  /** Columns [from, from + width) of a value, a whole number of its planes. */
  Plane columns(Node node, int from, int width) {
    if (node.isConstant()) {
      return unique.of(new Plane.Constant(node.number(), width));
    }
    if (!node.batched()) {
      return unique.of(new Plane.Vector(node, from, width));
    }
    List<Integer> borders = cuts.borders(node);
    int first = borders.indexOf(from);
    int last = borders.indexOf(from + width);
    if (first < 0 || last < 0) {
      return unique.part(whole(node), from, width);
    }
    List<Plane> planes = planes(node);
    return last == first + 1 ? planes.get(first) : unique.join(planes.subList(first, last), 1);
  }

  private Plane plane(Node node, int from, int width) {
    Op op = node.op();
    if (node.isConstant()) {
      return new Plane.Constant(node.number(), width);
    }
    if (!node.batched()) {
      return new Plane.Vector(node, from, width);
    }
    if (groups.isMember(node)) {
      return unique.part(read(groups.groupOf(node)), groups.offset(node) + from, width);
    }
    if (node.dependence() == Node.Dependence.MEMORY) {
      return unique.part(unique.of(new Plane.Remembered(node, node.width())), from, width);
    }
    if (!node.isInLoop()) {
      return node.isRowProduct()
          ? sumPlanes.plane(List.of(new Sums.Term(node, from)), width)
          : before(node, from, width);
    }
    if (op == null) {
      return unique.part(leaf(node), from, width);
    }
    return operation(node, op, from, width);
  }

  private Plane before(Node node, int from, int width) {
    Plane whole =
        unique.of(
            node.leaf() == Node.Leaf.SEQUENCE_MASK
                ? new Plane.SequenceMask(node, node.width())
                : new Plane.Before(node, node.width()));
    return unique.part(whole, from, width);
  }

  private Plane leaf(Node node) {
    Node.Leaf leaf = Objects.requireNonNull(node.leaf(), "a leaf of the loop");
    return unique.of(
        switch (leaf) {
          case STATE -> new Plane.State(node.name(), node.width());
          case INPUT -> new Plane.Before(node, node.width());
          case OUTPUT_COTANGENT -> new Plane.OutputCotangent(node.width());
          case STATE_COTANGENT -> new Plane.StateCotangent(node.name(), node.width());
          default -> throw new IllegalStateException("no leaf of the loop: " + node);
        });
  }

  private Plane operation(Node node, Op op, int from, int width) {
    Node x = node.operands().getFirst();
    return switch (op) {
      case Op.Unary unary ->
          new Plane.Unary(unary.function(), unique.repeated(aligned(x, node, from, width), width));
      case Op.Affine affine -> affine(affine, aligned(x, node, from, width));
      case Op.Binary binary ->
          binary.function() == BinaryFunction.ADD && Sums.sameWidth(node)
              ? sumPlanes.plane(sums.terms(node, from), width)
              : binary(
                  binary.function(),
                  aligned(x, node, from, width),
                  aligned(node.operands().get(1), node, from, width),
                  width);
      case Op.Select select ->
          new Plane.Select(
              unique.repeated(aligned(x, node, from, width), width),
              unique.repeated(aligned(node.operands().get(1), node, from, width), width),
              unique.repeated(aligned(node.operands().get(2), node, from, width), width),
              width);
      case Op.MatMul product ->
          node.isRowProduct()
              ? sumPlanes.plane(List.of(new Sums.Term(node, from)), width)
              : unique.part(vectorProducts(node, product), from, width);
      case Op.Slice slice -> sliced(slice, x, from, width);
      case Op.Pad pad -> padded(pad, node, x, from, width);
      case Op.Concat concat -> joined(concat, node, from, width);
      case Op.SumTo sum -> rowSum(node, x, from, width);
      case Op.MaxLast max -> rowMaximum(x, from, width);
      case Op.Softmax softmax -> row(RowFunction.SOFTMAX, x, from, width);
      case Op.LogSoftmax logSoftmax -> row(RowFunction.LOG_SOFTMAX, x, from, width);
      case Op.CumulativeSum sum ->
          row(
              sum.reversed() ? RowFunction.CUMULATIVE_SUM_REVERSED : RowFunction.CUMULATIVE_SUM,
              x,
              from,
              width);
      case Op.BroadcastTo broadcast -> unique.repeated(aligned(x, node, from, width), width);
      case Op.StopGradient stop -> columns(x, from, width);
      case Op.Reshape reshape -> reshaped(node, x, from, width);
      case Op.Shift shift -> unique.part(shifted(x, shift.offset()), from, width);
      case Op.GatherColumns gather ->
          unique.part(
              unique.of(new Plane.Gather(full(x), gather.columns(), x.vectors())), from, width);
      case Op.ScatterColumns scatter ->
          unique.part(
              unique.of(new Plane.Scatter(full(x), scatter.columns(), x.vectors(), scatter.size())),
              from,
              width);
      case Op.Transpose transpose -> throw unplanned(node);
      case Op.SwapLeading swap -> throw unplanned(node);
      case Op.Gather gather -> throw unplanned(node);
      case Op.ScatterAdd scatter -> throw unplanned(node);
      case Op.CrossEntropy loss -> throw unplanned(node);
      case Op.CrossEntropyGradient gradient -> throw unplanned(node);
    };
  }

  /** The value as one plane with an element of its own for each row and column. */
  private Plane full(Node node) {
    return unique.repeated(whole(node), node.width());
  }

  private Plane vectorProducts(Node node, Op.MatMul product) {
    Node left = node.operands().get(0);
    Node right = node.operands().get(1);
    if (product.transposeLeft() || right.dependence() != Node.Dependence.SHARED) {
      throw SumPlanes.unplannedProduct(left, right);
    }
    return unique.of(
        new Plane.VectorProducts(
            full(left),
            wholeBlock(left, right, product.transposeRight(), node.shape().columns()),
            left.vectors()));
  }

  private static Plane.Block wholeBlock(Node left, Node right, boolean transposed, int columns) {
    return new Plane.Block(right, transposed, 0, left.shape().columns(), 0, columns);
  }

  private static UntraceableException unplanned(Node node) {
    return new UntraceableException(
        formatted("the step uses '%s', which plans do not cover", node.name()));
  }

  /** The columns of each vector of a value moved along it, with zeros where there are none. */
  private Plane shifted(Node x, int offset) {
    int vectors = x.vectors();
    int size = x.shape().columns();
    int zeros = (int) Math.min(Math.abs((long) offset), size);
    Plane none = new Plane.Constant(0, vectors * zeros);
    if (zeros == size) {
      return none;
    }
    int first = Math.max(offset, 0);
    Plane rest =
        vectors == 1
            ? columns(x, first, size - zeros)
            : unique.parts(whole(x), vectors, first, size - zeros);
    return unique.join(offset > 0 ? List.of(rest, none) : List.of(none, rest), vectors);
  }

  /**
   * Handles a reshape that keeps the columns of each row: only axes of size 1 are added or removed.
   */
  private Plane reshaped(Node node, Node x, int from, int width) {
    if (!x.batched() || x.width() != node.width()) {
      throw unplanned(node);
    }
    return columns(x, from, width);
  }

  private Plane sliced(Op.Slice slice, Node x, int from, int width) {
    int parts = RowShape.outer(x.shape(), slice.axis());
    int inner = RowShape.inner(x.shape(), slice.axis());
    int columns = (slice.to() - slice.from()) * inner;
    return parts == 1
        ? columns(x, slice.from() * inner + from, width)
        : unique.part(unique.parts(whole(x), parts, slice.from() * inner, columns), from, width);
  }

  private Plane padded(Op.Pad pad, Node node, Node x, int from, int width) {
    int parts = RowShape.outer(node.shape(), pad.axis());
    int inner = RowShape.inner(node.shape(), pad.axis());
    if (parts == 1) {
      return padded(x, pad.from() * inner, from, width);
    }
    int before = pad.from() * inner;
    int after = node.width() / parts - before - x.width() / parts;
    Plane all =
        unique.join(
            List.of(
                new Plane.Constant(0, parts * before),
                whole(x),
                new Plane.Constant(0, parts * after)),
            parts);
    return unique.part(all, from, width);
  }

  /**
   * An operand of an element-wise operation: its columns, its one column, or what it becomes by
   * repeating along the axes where the result is larger.
   */
  private Plane aligned(Node operand, Node result, int from, int width) {
    if (operand.width() == result.width()) {
      return columns(operand, from, width);
    }
    if (operand.width() == 1) {
      return columns(operand, 0, 1);
    }
    if (operand.batched() && operand.shape().rank() != result.shape().rank()) {
      throw unplanned(result);
    }
    int[] sizes = RowShape.aligned(operand, result);
    return unique.part(unique.expanded(whole(operand), sizes, RowShape.sizes(result)), from, width);
  }

  /**
   * The sum of a value over the axes of its rows where a smaller shape has size 1 or no axis.
   *
   * @param x the value
   * @param target the shape, without a batch
   */
  public Plane folded(Node x, Shape target) {
    return unique.folded(whole(x), RowShape.sizes(x), RowShape.aligned(target, x));
  }

  private Plane affine(Op.Affine affine, Plane x) {
    return x instanceof Plane.Constant number
        ? new Plane.Constant(Math.fma(affine.scale(), number.value(), affine.shift()), x.width())
        : new Plane.Affine(affine.scale(), affine.shift(), x);
  }

  private Plane binary(BinaryFunction function, Plane a, Plane b, int width) {
    if (function == BinaryFunction.MULTIPLY
        && (UniquePlanes.isNumber(a, 0) || UniquePlanes.isNumber(b, 0))) {
      return new Plane.Constant(0, width);
    }
    boolean oneFull = UniquePlanes.isFull(a, width) || UniquePlanes.isFull(b, width);
    return new Plane.Binary(function, oneFull ? a : unique.repeated(a, width), b, width);
  }

  private Plane padded(Node x, int at, int from, int width) {
    return from >= at && from + width <= at + x.width()
        ? columns(x, from - at, width)
        : new Plane.Constant(0, width);
  }

  private Plane joined(Op.Concat concat, Node node, int from, int width) {
    int parts = RowShape.outer(node.shape(), concat.axis());
    if (parts > 1) {
      List<Plane> all = node.operands().stream().map(this::whole).toList();
      return unique.part(unique.join(all, parts), from, width);
    }
    int start = 0;
    for (Node operand : node.operands()) {
      if (from >= start && from + width <= start + operand.width()) {
        return columns(operand, from - start, width);
      }
      start += operand.width();
    }
    throw new IllegalStateException("cuts do not follow the parts of " + node);
  }

  private Plane rowSum(Node node, Node x, int from, int width) {
    if (node.width() == x.width()) {
      return columns(x, from, width);
    }
    if (node.width() != 1) {
      int[] target = RowShape.aligned(node, x);
      return unique.part(unique.folded(whole(x), RowShape.sizes(x), target), from, width);
    }
    List<Plane> sums = new ArrayList<>();
    for (Plane plane : planes(x)) {
      Plane all = unique.repeated(plane, plane.width());
      sums.add(all.width() == 1 ? all : unique.of(new Plane.Row(RowFunction.SUM, all, 1)));
    }
    return reduced(BinaryFunction.ADD, sums);
  }

  private Plane rowMaximum(Node x, int from, int width) {
    int vectors = x.vectors();
    if (vectors > 1) {
      Plane all = full(x);
      return unique.part(unique.of(new Plane.Row(RowFunction.MAXIMUM, all, vectors)), from, width);
    }
    List<Plane> maxima = new ArrayList<>();
    for (Plane plane : planes(x)) {
      Plane all = unique.repeated(plane, plane.width());
      maxima.add(unique.of(new Plane.Row(RowFunction.MAXIMUM, all, 1)));
    }
    return reduced(BinaryFunction.MAXIMUM, maxima);
  }

  private Plane reduced(BinaryFunction function, List<Plane> parts) {
    Plane all = parts.getFirst();
    for (Plane part : parts.subList(1, parts.size())) {
      all = unique.of(new Plane.Binary(function, all, part, 1));
    }
    return all;
  }

  private Plane row(RowFunction function, Node x, int from, int width) {
    Plane all = full(x);
    return unique.part(unique.of(new Plane.Row(function, all, x.vectors())), from, width);
  }

  /**
   * The planes and the matrix of a product of several vectors for each row, for the gradient of the
   * matrix.
   *
   * @param cotangent the cotangent of the product
   */
  public Plane.VectorProducts vectorProducts(
      Node left, Node right, boolean transposed, Node cotangent) {
    return new Plane.VectorProducts(
        full(left),
        wholeBlock(left, right, transposed, cotangent.shape().columns()),
        left.vectors());
  }

  /** The planes and blocks of a product inside the loop, for the gradient of its right operand. */
  public List<Plane.Product> products(
      Node left, Node right, boolean transposed, int column, int columns) {
    return sumPlanes.products(left, right, transposed, column, columns);
  }
}
