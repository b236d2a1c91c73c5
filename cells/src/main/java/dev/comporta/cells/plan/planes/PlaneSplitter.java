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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

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
  private final Map<List<Object>, Plane> known = new HashMap<>();
  private final IdentityHashMap<Plane, Integer> numbers = new IdentityHashMap<>();

  public PlaneSplitter(
      StepTrace trace, Values values, Collection<Node> observed, boolean backward) {
    this.sums = new Sums(trace);
    this.groups = new MemoryGroups(trace, values, sums.nodes(), observed, backward);
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
      inputs.add(plane instanceof Plane.Constant ? repeated(plane, plane.width()) : plane);
    }
    List<Plane> before = group.before().stream().map(this::read).toList();
    return unique(new Plane.Read(group.program(), inputs, before));
  }

  /** The value as one plane. */
  public Plane whole(Node node) {
    List<Plane> planes = planes(node);
    return planes.size() == 1 ? planes.getFirst() : join(planes);
  }

  private Plane join(List<Plane> parts) {
    return unique(
        new Plane.Join(parts.stream().map(part -> repeated(part, part.width())).toList()));
  }

  /** The cotangent of a part of the state from the next timestep. */
  public Plane stateCotangent(String name, int width) {
    return unique(new Plane.StateCotangent(name, width));
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
      planes.add(unique(plane(node, from, borders.get(i + 1) - from)));
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

  /** The unique plane for an operation: equal operations on identical operands share one plane. */
  private Plane unique(Plane plane) {
    List<Object> key = new ArrayList<>(attributes(plane));
    for (Plane operand : plane.operands()) {
      key.add(number(operand));
    }
    return known.computeIfAbsent(key, absent -> plane);
  }

  private Integer number(Plane plane) {
    return numbers.computeIfAbsent(plane, absent -> numbers.size());
  }

  private List<Object> attributes(Plane plane) {
    return switch (plane) {
      case Plane.Constant it -> List.of("number", it.value(), it.width());
      case Plane.Vector it -> List.of("vector", it.node().id(), it.from(), it.width());
      case Plane.SequenceMask it -> List.of("mask", it.node().id());
      case Plane.Before it -> List.of("before", it.node().id());
      case Plane.State it -> List.of("state", it.name());
      case Plane.OutputCotangent it -> List.of("output-cotangent");
      case Plane.StateCotangent it -> List.of("state-cotangent", it.name());
      case Plane.Sum it -> List.of("sum", number(it));
      case Plane.Unary it -> List.of("unary", it.function());
      case Plane.Affine it -> List.of("affine", it.scale(), it.shift());
      case Plane.Binary it -> List.of("binary", it.function(), it.width());
      case Plane.MultiplyAdd it -> List.of("multiply-add");
      case Plane.Select it -> List.of("select", it.width());
      case Plane.Row it -> List.of("row", it.function(), it.vectors());
      case Plane.Repeat it -> List.of("repeat", it.width());
      case Plane.Expand it -> List.of("expand", it.outer(), it.repeat(), it.inner());
      case Plane.Fold it -> List.of("fold", it.outer(), it.size(), it.inner());
      case Plane.Window it -> List.of("window", it.parts(), it.from(), it.columns());
      case Plane.Interleave it -> List.of("interleave", it.parts());
      case Plane.Columns it -> List.of("columns", it.from(), it.width());
      case Plane.Join it -> List.of("join");
      case Plane.Read it -> List.of("read", it.program().number());
      case Plane.Remembered it -> List.of("remembered", it.node().id());
    };
  }

  /** Columns [from, from + width) of a value, a whole number of its planes. */
  private Plane columns(Node node, int from, int width) {
    if (node.isConstant()) {
      return unique(new Plane.Constant(node.number(), width));
    }
    if (!node.batched()) {
      return unique(new Plane.Vector(node, from, width));
    }
    List<Integer> borders = cuts.borders(node);
    int first = borders.indexOf(from);
    int last = borders.indexOf(from + width);
    if (first < 0 || last < 0) {
      return unique(part(whole(node), from, width));
    }
    List<Plane> planes = planes(node);
    return last == first + 1 ? planes.get(first) : join(planes.subList(first, last));
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
      return part(read(groups.groupOf(node)), groups.offset(node) + from, width);
    }
    if (node.dependence() == Node.Dependence.MEMORY) {
      return part(unique(new Plane.Remembered(node, node.width())), from, width);
    }
    if (node.dependence() != Node.Dependence.STATE && !node.joinsProducts()) {
      return Sums.isProduct(node)
          ? sum(List.of(new Sums.Term(node, from)), width)
          : before(node, from, width);
    }
    if (op == null) {
      return part(leaf(node), from, width);
    }
    return operation(node, op, from, width);
  }

  private Plane before(Node node, int from, int width) {
    Plane whole =
        unique(
            node.leaf() == Node.Leaf.SEQUENCE_MASK
                ? new Plane.SequenceMask(node, node.width())
                : new Plane.Before(node, node.width()));
    return part(whole, from, width);
  }

  private Plane leaf(Node node) {
    Node.Leaf leaf = node.leaf();
    return unique(
        switch (leaf) {
          case STATE -> new Plane.State(node.name(), node.width());
          case INPUT -> new Plane.Before(node, node.width());
          case OUTPUT_COTANGENT -> new Plane.OutputCotangent(node.width());
          case STATE_COTANGENT -> new Plane.StateCotangent(node.name(), node.width());
          case null, default -> throw new IllegalStateException("no leaf of the loop: " + node);
        });
  }

  private static Plane part(Plane whole, int from, int width) {
    if (width == whole.width()) {
      return whole;
    }
    return whole instanceof Plane.Constant number
        ? new Plane.Constant(number.value(), width)
        : new Plane.Columns(whole, from, width);
  }

  private Plane operation(Node node, Op op, int from, int width) {
    Node x = node.operands().getFirst();
    return switch (op) {
      case Op.Unary unary ->
          new Plane.Unary(unary.function(), repeated(aligned(x, node, from, width), width));
      case Op.Affine affine -> affine(affine, aligned(x, node, from, width));
      case Op.Binary binary ->
          binary.function() == BinaryFunction.ADD && Sums.sameWidth(node)
              ? sum(sums.terms(node, from), width)
              : binary(
                  binary.function(),
                  aligned(x, node, from, width),
                  aligned(node.operands().get(1), node, from, width),
                  width);
      case Op.Select select ->
          new Plane.Select(
              repeated(aligned(x, node, from, width), width),
              repeated(aligned(node.operands().get(1), node, from, width), width),
              repeated(aligned(node.operands().get(2), node, from, width), width),
              width);
      case Op.MatMul product -> sum(List.of(new Sums.Term(node, from)), width);
      case Op.Slice slice -> sliced(slice, x, from, width);
      case Op.Pad pad -> padded(pad, node, x, from, width);
      case Op.Concat concat ->
          RowShape.outer(node.shape(), concat.axis()) == 1
              ? joined(node, from, width)
              : part(
                  interleaved(
                      node.operands().stream().map(this::whole).toList(),
                      RowShape.outer(node.shape(), concat.axis())),
                  from,
                  width);
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
      case Op.BroadcastTo broadcast -> repeated(aligned(x, node, from, width), width);
      case Op.StopGradient stop -> columns(x, from, width);
      case Op.Reshape reshape -> reshaped(node, x, from, width);
      case Op.Shift shift ->
          RowShape.vectors(x) == 1
              ? shifted(x, shift.offset(), from, width)
              : part(shiftedVectors(x, shift.offset()), from, width);
      case Op.Transpose transpose -> throw unplanned(node);
      case Op.SwapLeading swap -> throw unplanned(node);
      case Op.Gather gather -> throw unplanned(node);
      case Op.ScatterAdd scatter -> throw unplanned(node);
      case Op.CrossEntropy loss -> throw unplanned(node);
      case Op.CrossEntropyGradient gradient -> throw unplanned(node);
    };
  }

  private static UntraceableException unplanned(Node node) {
    return new UntraceableException(
        formatted("the step uses '%s', which plans do not cover", node.name()));
  }

  /** The columns of a value moved along the row, with zeros where there are none. */
  private Plane shifted(Node x, int offset, int from, int width) {
    if (offset == 0) {
      return columns(x, from, width);
    }
    if (Math.abs((long) offset) >= x.width()) {
      return new Plane.Constant(0, width);
    }
    Plane zeros = unique(new Plane.Constant(0, Math.abs(offset)));
    Plane rest = columns(x, Math.max(offset, 0), x.width() - Math.abs(offset));
    Plane all = join(offset > 0 ? List.of(rest, zeros) : List.of(zeros, rest));
    return part(all, from, width);
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

  /** The columns of each vector of a value moved along it, with zeros where there are none. */
  private Plane shiftedVectors(Node x, int offset) {
    int vectors = RowShape.vectors(x);
    int size = x.shape().columns();
    int zeros = (int) Math.min(Math.abs((long) offset), size);
    Plane none = new Plane.Constant(0, vectors * zeros);
    if (zeros == size) {
      return none;
    }
    Plane rest = window(whole(x), vectors, Math.max(offset, 0), size - zeros);
    return interleaved(offset > 0 ? List.of(rest, none) : List.of(none, rest), vectors);
  }

  private Plane window(Plane x, int parts, int from, int columns) {
    return x instanceof Plane.Constant number
        ? unique(new Plane.Constant(number.value(), parts * columns))
        : unique(new Plane.Window(x, parts, from, columns));
  }

  private Plane interleaved(List<Plane> planes, int parts) {
    List<Plane> full =
        planes.stream()
            .filter(plane -> plane.width() > 0)
            .map(plane -> repeated(unique(plane), plane.width()))
            .toList();
    return full.size() == 1 ? full.getFirst() : unique(new Plane.Interleave(full, parts));
  }

  private Plane sliced(Op.Slice slice, Node x, int from, int width) {
    int parts = RowShape.outer(x.shape(), slice.axis());
    int inner = RowShape.inner(x.shape(), slice.axis());
    int columns = (slice.to() - slice.from()) * inner;
    return parts == 1
        ? columns(x, slice.from() * inner + from, width)
        : part(window(whole(x), parts, slice.from() * inner, columns), from, width);
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
        interleaved(
            List.of(
                new Plane.Constant(0, parts * before),
                whole(x),
                new Plane.Constant(0, parts * after)),
            parts);
    return part(all, from, width);
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
    return operand.isConstant()
        ? unique(new Plane.Constant(operand.number(), width))
        : part(expanded(operand, result), from, width);
  }

  private Plane expanded(Node operand, Node result) {
    int[] sizes = RowShape.aligned(operand, result);
    int[] target = RowShape.sizes(result);
    Plane x = whole(operand);
    if (x instanceof Plane.Constant number) {
      return unique(new Plane.Constant(number.value(), result.width()));
    }
    int end = target.length;
    while (end > 0) {
      int start = end;
      while (start > 0 && sizes[start - 1] == 1 && target[start - 1] != 1) {
        start--;
      }
      if (start < end) {
        int outer = RowShape.product(sizes, 0, start);
        int repeat = RowShape.product(target, start, end);
        x =
            unique(
                new Plane.Expand(x, outer, repeat, RowShape.product(target, end, target.length)));
      }
      end = start < end ? start : end - 1;
    }
    return x;
  }

  /**
   * The sum of a value over the axes of its rows where a smaller shape has size 1 or no axis.
   *
   * @param x the value
   * @param target the shape, without a batch
   */
  public Plane folded(Node x, Shape target) {
    return folded(x, RowShape.aligned(target, x));
  }

  private Plane folded(Node node, int[] target) {
    int[] sizes = RowShape.sizes(node);
    Plane x = repeated(whole(node), node.width());
    int end = target.length;
    while (end > 0) {
      int start = end;
      while (start > 0 && target[start - 1] == 1 && sizes[start - 1] != 1) {
        start--;
      }
      if (start < end) {
        int outer = RowShape.product(sizes, 0, start);
        int size = RowShape.product(sizes, start, end);
        x = unique(new Plane.Fold(x, outer, size, RowShape.product(target, end, target.length)));
      }
      end = start < end ? start : end - 1;
    }
    return x;
  }

  /** Expands a number, a vector or a column to a full plane. */
  private Plane repeated(Plane plane, int width) {
    return isFull(plane, width) ? plane : unique(new Plane.Repeat(plane, width));
  }

  private Plane affine(Op.Affine affine, Plane x) {
    return x instanceof Plane.Constant number
        ? new Plane.Constant(Math.fma(affine.scale(), number.value(), affine.shift()), x.width())
        : new Plane.Affine(affine.scale(), affine.shift(), x);
  }

  private Plane binary(BinaryFunction function, Plane a, Plane b, int width) {
    if (function == BinaryFunction.MULTIPLY && (isNumber(a, 0) || isNumber(b, 0))) {
      return new Plane.Constant(0, width);
    }
    boolean oneFull = isFull(a, width) || isFull(b, width);
    return new Plane.Binary(function, oneFull ? a : repeated(a, width), b, width);
  }

  private static boolean isNumber(Plane plane, float value) {
    return plane instanceof Plane.Constant number && number.value() == value;
  }

  private Plane padded(Node x, int at, int from, int width) {
    return from >= at && from + width <= at + x.width()
        ? columns(x, from - at, width)
        : new Plane.Constant(0, width);
  }

  private Plane joined(Node node, int from, int width) {
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
      return part(folded(x, RowShape.aligned(node, x)), from, width);
    }
    List<Plane> sums = new ArrayList<>();
    for (Plane plane : planes(x)) {
      Plane all = repeated(plane, plane.width());
      sums.add(all.width() == 1 ? all : unique(new Plane.Row(RowFunction.SUM, all, 1)));
    }
    return reduced(BinaryFunction.ADD, sums);
  }

  private Plane rowMaximum(Node x, int from, int width) {
    int vectors = RowShape.vectors(x);
    if (vectors > 1) {
      Plane all = repeated(whole(x), x.width());
      return part(unique(new Plane.Row(RowFunction.MAXIMUM, all, vectors)), from, width);
    }
    List<Plane> maxima = new ArrayList<>();
    for (Plane plane : planes(x)) {
      Plane all = repeated(plane, plane.width());
      maxima.add(unique(new Plane.Row(RowFunction.MAXIMUM, all, 1)));
    }
    return reduced(BinaryFunction.MAXIMUM, maxima);
  }

  private Plane reduced(BinaryFunction function, List<Plane> parts) {
    Plane all = parts.getFirst();
    for (Plane part : parts.subList(1, parts.size())) {
      all = unique(new Plane.Binary(function, all, part, 1));
    }
    return all;
  }

  private Plane row(RowFunction function, Node x, int from, int width) {
    Plane all = repeated(whole(x), x.width());
    return part(unique(new Plane.Row(function, all, RowShape.vectors(x))), from, width);
  }

  private Plane sum(List<Sums.Term> terms, int width) {
    List<Plane.HoistedProduct> hoisted = new ArrayList<>();
    List<Plane.Vector> vectors = new ArrayList<>();
    List<Plane.Product> products = new ArrayList<>();
    List<Plane> others = new ArrayList<>();
    for (Sums.Term term : terms) {
      Node node = term.node();
      boolean swallow = terms.size() == 1 || sums.isExclusive(node);
      boolean remembered = node.dependence() == Node.Dependence.MEMORY;
      if (Sums.isProduct(node) && node.batched() && swallow && !remembered) {
        addProduct(node, term.from(), width, hoisted, products);
      } else if (!node.batched() && !node.isConstant()) {
        vectors.add(new Plane.Vector(node, term.from(), width));
      } else {
        Plane plane = columns(node, term.from(), width);
        if (!isNumber(plane, 0)) {
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
    vectors.forEach(vector -> all.add(unique(vector)));
    if (all.isEmpty()) {
      return new Plane.Constant(0, width);
    }
    Plane sum = all.getFirst();
    for (Plane next : all.subList(1, all.size())) {
      sum = unique(multiplyAdd(sum, next, width));
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
        && isFull(product.a(), width)
        && isFull(product.b(), width)
        && isFull(summand, width);
  }

  private static boolean isFull(Plane plane, int width) {
    return plane.width() == width
        && !(plane instanceof Plane.Constant)
        && !(plane instanceof Plane.Vector);
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
      throw new UntraceableException(
          formatted(
              "the step multiplies by a matrix that depends on the batch (%s x %s)",
              left.shape(), right.shape()));
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

  /** The planes and blocks of a product inside the loop, for the gradient of its right operand. */
  public List<Plane.Product> products(
      Node left, Node right, boolean transposed, int column, int columns) {
    List<Plane.HoistedProduct> hoisted = new ArrayList<>();
    List<Plane.Product> products = new ArrayList<>();
    splitLeft(left, right, transposed, column, columns, hoisted, products);
    for (Plane.HoistedProduct product : hoisted) {
      products.add(new Plane.Product(whole(product.left()), product.right()));
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
          products.add(new Plane.Product(whole(part), block));
        }
        row += part.width();
      }
      return;
    }
    for (Plane plane : planes(left)) {
      Plane.Block block = new Plane.Block(right, transposed, row, plane.width(), column, columns);
      if (!isNumber(plane, 0)) {
        products.add(new Plane.Product(plane, block));
      }
      row += plane.width();
    }
  }
}
