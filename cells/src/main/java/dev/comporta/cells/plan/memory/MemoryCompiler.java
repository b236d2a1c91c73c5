package dev.comporta.cells.plan.memory;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.memory.MemoryProgram.Slot;
import dev.comporta.cells.plan.program.RowFunction;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.Positions;
import dev.comporta.cells.plan.trace.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles one group of values with positions, with everything that its results and gradients need:
 * values of other groups are stored and recalled if they are small, and recomputed otherwise.
 */
final class MemoryCompiler {
  private final MemoryMembers members;
  private final Positions positions;
  private final Values values;
  private final MemoryGroups.Group group;
  private final int number;
  private final Map<Node, Slot> slots = new HashMap<>();
  private final List<MemoryProgram.Input> inputs = new ArrayList<>();
  private final List<Node> planeInputs = new ArrayList<>();
  private final List<MemoryOperation> operations = new ArrayList<>();
  private final Set<Node> borrowedRows = new LinkedHashSet<>();
  private final Set<Node> borrowedStored = new LinkedHashSet<>();
  private int count;

  private MemoryCompiler(
      Positions positions,
      Values values,
      MemoryMembers members,
      MemoryGroups.Group group,
      int number) {
    this.positions = positions;
    this.values = values;
    this.members = members;
    this.group = group;
    this.number = number;
  }

  /**
   * A compiled group, and what it reads.
   *
   * @param program the program
   * @param planeInputs the values that are read from planes
   * @param rows the values that the programs of other groups must have among their rows
   * @param stored the values that the programs of other groups must store
   */
  record Result(MemoryProgram program, List<Node> planeInputs, Set<Node> rows, Set<Node> stored) {}

  static Result compile(
      Positions positions,
      Values values,
      MemoryMembers members,
      MemoryGroups.Group group,
      int number) {
    MemoryCompiler compiler = new MemoryCompiler(positions, values, members, group, number);
    return new Result(
        compiler.compile(), compiler.planeInputs, compiler.borrowedRows, compiler.borrowedStored);
  }

  private MemoryProgram compile() {
    List<Slot> rows = new ArrayList<>();
    group.rows().forEach(node -> rows.add(slot(node)));
    List<MemoryProgram.Sink> sinks = new ArrayList<>();
    group.sinks().forEach(sink -> sinks.add(sink(sink)));
    List<MemoryProgram.Stored> stored = new ArrayList<>();
    for (Node node : group.stored()) {
      if (positions.columns(node) != 1) {
        throw new UntraceableException(
            formatted(
                "the step's %s of shape %s is observed; plans can observe one number for each position only",
                node.name(), node.shape()));
      }
      stored.add(new MemoryProgram.Stored(slot(node), node.id()));
    }
    List<MemoryProgram.Kept> kept = new ArrayList<>();
    group
        .kept()
        .forEach((leaf, node) ->
            kept.add(new MemoryProgram.Kept(slot(node), leaf.name(), isCotangent(leaf))));
    List<Slot> last = new ArrayList<>(rows);
    kept.forEach(it -> last.add(it.slot()));
    stored.forEach(it -> last.add(it.slot()));
    sinks.forEach(sink -> last.addAll(MemoryRooms.slots(sink)));
    int width = rows.stream().mapToInt(Slot::columns).sum();
    return new MemoryProgram(
        number,
        count,
        List.copyOf(inputs),
        List.copyOf(operations),
        stored,
        kept,
        rows,
        Math.max(1, width),
        sinks,
        MemoryRooms.of(operations, last),
        false);
  }

  private static boolean isCotangent(Node leaf) {
    return leaf.leaf() == Node.Leaf.STATE_COTANGENT;
  }

  // ---- gradients --------------------------------------------------------------------------------

  private MemoryProgram.Sink sink(MemoryGroups.Sink sink) {
    Node node = sink.node();
    Node left = sink.left();
    if (left != null) {
      if (positions.columns(sink.value()) != 1 || node.shape().count() != columns(left)) {
        throw manyColumns(left, node);
      }
      return new MemoryProgram.WeightedSink(values.of(node), slot(sink.value()), slot(left));
    }
    if (node.dependence() == Node.Dependence.SHARED) {
      if (node.width() != 1 && node.width() != columns(sink.value())) {
        throw new UntraceableException(
            formatted(
                "the gradient of %s sums %s in a way that plans do not cover",
                node, sink.value().shape()));
      }
      return new MemoryProgram.ColumnSink(values.of(node), slot(sink.value()));
    }
    Factors factors = factors(sink.value());
    if (factors != null && factors.outer()) {
      return new MemoryProgram.OuterSink(
          values.of(node), slot(factors.column()), slot(factors.row()));
    }
    return new MemoryProgram.MemorySink(values.of(node), full(sink.value(), node));
  }

  /** The two factors of a matrix: a number per position, and a row. */
  private record Factors(Node column, Node row, boolean outer) {}

  private @Nullable Factors factors(Node node) {
    if (!(node.op() instanceof Op.Binary binary)
        || binary.function() != BinaryFunction.MULTIPLY
        || !positions.in(node)
        || columns(node) == 1) {
      return null;
    }
    Node a = plain(node.operands().get(0));
    Node b = plain(node.operands().get(1));
    if (isColumn(a, node) && isRow(b, node)) {
      return new Factors(a, b, true);
    }
    return isColumn(b, node) && isRow(a, node) ? new Factors(b, a, true) : null;
  }

  // ---- values -----------------------------------------------------------------------------------

  private int axis(Node node) {
    return node.isConstant() ? -1 : positions.axis(node);
  }

  private int columns(Node node) {
    return node.isConstant() ? 1 : positions.columns(node);
  }

  private boolean isFull(Node x, Node y) {
    return axis(x) == axis(y) && columns(x) == columns(y);
  }

  private boolean isRow(Node x, Node y) {
    return axis(x) < 0 && columns(x) == columns(y) && !x.isConstant();
  }

  private boolean isColumn(Node x, Node y) {
    return axis(x) >= 0 && axis(x) == axis(y) && columns(x) == 1;
  }

  /** The value without broadcasts, which element-wise operations perform themselves. */
  private static Node plain(Node node) {
    return node.op() instanceof Op.BroadcastTo ? plain(node.operands().getFirst()) : node;
  }

  private Slot slot(Node node) {
    Slot present = slots.get(node);
    if (present == null) {
      present = make(node);
      slots.put(node, present);
    }
    return present;
  }

  private Slot fresh(Node node) {
    return new Slot(count++, axis(node), columns(node));
  }

  private Slot make(Node node) {
    if (node.isConstant()) {
      Slot slot = fresh(node);
      inputs.add(new MemoryProgram.Fixed(slot, node.number()));
      return slot;
    }
    if (node.dependence() == Node.Dependence.SHARED) {
      Slot slot = new Slot(count++, -1, node.width());
      inputs.add(new MemoryProgram.Shared(slot, values.of(node)));
      return slot;
    }
    if (!members.contains(node)) {
      return input(node);
    }
    if (!members.program(node).equals(group.key())) {
      if (!positions.in(node)) {
        borrowedRows.add(node);
        return input(node);
      }
      if (columns(node) == 1 && !isAlias(node.op()) && !(node.op() instanceof Op.Shift)) {
        return recalled(node);
      }
    }
    return operation(node);
  }

  private Slot input(Node node) {
    Slot slot = fresh(node);
    if (node.leaf() == Node.Leaf.STATE || node.leaf() == Node.Leaf.STATE_COTANGENT) {
      addState(slot, node);
    } else if (positions.in(node)) {
      inputs.add(new MemoryProgram.Remembered(slot, values.of(node)));
    } else {
      inputs.add(new MemoryProgram.PlaneRow(slot, planeInputs.size()));
      planeInputs.add(node);
    }
    return slot;
  }

  private void addState(Slot slot, Node node) {
    if (positions.in(node)) {
      inputs.add(new MemoryProgram.Past(slot, node.name(), isCotangent(node)));
    } else {
      inputs.add(new MemoryProgram.PlaneRow(slot, planeInputs.size()));
      planeInputs.add(node);
    }
  }

  private Slot recalled(Node node) {
    borrowedStored.add(node);
    Slot slot = fresh(node);
    inputs.add(new MemoryProgram.Recalled(slot, node.id()));
    return slot;
  }

  private static boolean isAlias(@Nullable Op op) {
    return op instanceof Op.Reshape || op instanceof Op.StopGradient;
  }

  private Slot emit(MemoryOperation operation) {
    operations.add(operation);
    return operation.y();
  }

  private Slot operation(Node node) {
    Op op = node.op();
    Node x = node.operands().getFirst();
    return switch (op) {
      case Op.Unary unary ->
          emit(new MemoryOperation.Unary(unary.function(), slot(x), fresh(node)));
      case Op.Affine affine ->
          emit(new MemoryOperation.Affine(affine.scale(), affine.shift(), slot(x), fresh(node)));
      case Op.Binary binary -> binary(binary.function(), x, node.operands().get(1), node);
      case Op.Select select -> {
        Slot condition = full(x, node);
        Slot a = full(node.operands().get(1), node);
        Slot b = full(node.operands().get(2), node);
        yield emit(new MemoryOperation.Select(condition, a, b, fresh(node)));
      }
      case Op.MatMul product -> product(x, node.operands().get(1), node);
      case Op.SumTo sum -> sum(x, node);
      case Op.BroadcastTo broadcast -> full(x, node);
      case Op.MaxLast max -> reduce(RowFunction.MAXIMUM, positions.last(x) || axis(x) < 0, x, node);
      case Op.Softmax softmax -> softmax(RowFunction.SOFTMAX, x, node);
      case Op.LogSoftmax softmax -> softmax(RowFunction.LOG_SOFTMAX, x, node);
      case Op.Reshape reshape -> alias(x, node);
      case Op.StopGradient stop -> alias(x, node);
      case Op.Slice slice when isLast(slice.axis(), x) ->
          emit(
              new MemoryOperation.Columns(
                  slot(x), slice.from(), fresh(node), 0, columns(node), false));
      case Op.Pad pad when isLast(pad.axis(), x) ->
          emit(
              new MemoryOperation.Columns(
                  full(x, x), 0, fresh(node), pad.from(), columns(x), true));
      case Op.Shift shift when positions.last(x) ->
          emit(new MemoryOperation.Shift(shift.offset(), full(x, x), fresh(node)));
      case Op.Concat concat when isLast(concat.axis(), node) -> joined(node);
      case null, default ->
          throw new UntraceableException(
              formatted("the step uses '%s' on positions, which plans do not cover", node.name()));
    };
  }

  private boolean isLast(int axis, Node node) {
    return axis == node.shape().rank() - 1 && !positions.last(node);
  }

  private Slot joined(Node node) {
    Slot y = fresh(node);
    int to = 0;
    for (Node part : node.operands()) {
      Slot x = slot(part);
      if (part.isConstant()) {
        throw new UntraceableException("the step concatenates numbers with positions");
      }
      operations.add(new MemoryOperation.Columns(x, 0, y, to, columns(part), false));
      to += columns(part);
    }
    return y;
  }

  private Slot alias(Node x, Node node) {
    if (axis(x) != axis(node) || columns(x) != columns(node)) {
      throw new UntraceableException(
          formatted(
              "the step reshapes %s to %s, which plans do not cover", x.shape(), node.shape()));
    }
    return slot(x);
  }

  private Slot binary(BinaryFunction function, Node a, Node b, Node node) {
    Slot left = slot(plain(a));
    Slot right = slot(plain(b));
    return emit(new MemoryOperation.Binary(function, left, right, fresh(node)));
  }

  /** A value expanded to the size of another. */
  private Slot full(Node x, Node y) {
    Node plain = plain(x);
    Slot slot = slot(plain);
    return isFull(plain, y) && !plain.isConstant()
        ? slot
        : emit(new MemoryOperation.Repeat(slot, fresh(y)));
  }

  private Slot reduce(RowFunction function, boolean whole, Node x, Node node) {
    return emit(new MemoryOperation.Row(function, whole, full(x, x), fresh(node)));
  }

  private Slot softmax(RowFunction function, Node x, Node node) {
    return emit(new MemoryOperation.Row(function, positions.last(x), slot(x), fresh(node)));
  }

  /**
   * Multiplies a matrix of positions by one column, which is a product of rows, or by one row,
   * which gives a matrix.
   */
  private Slot product(Node left, Node right, Node node) {
    Slot vector = slot(right);
    if (columns(node) == 1) {
      return emit(new MemoryOperation.RowProducts(slot(left), vector, fresh(node)));
    }
    if (columns(left) == 1) {
      return emit(
          new MemoryOperation.Binary(BinaryFunction.MULTIPLY, slot(left), vector, fresh(node)));
    }
    throw manyColumns(left, right);
  }

  private static UntraceableException manyColumns(Node left, Node right) {
    return new UntraceableException(
        formatted(
                "the step multiplies positions %s by a matrix %s; plans support one column, or a product of the",
                left.shape(), right.shape())
            + " memory itself");
  }

  private Slot sum(Node x, Node node) {
    if (axis(node) >= 0) {
      if (columns(x) == columns(node)) {
        return alias(x, node);
      }
      Node[] factors = matrixAnd(x, this::isRow);
      return factors != null
          ? emit(new MemoryOperation.RowProducts(slot(factors[0]), slot(factors[1]), fresh(node)))
          : reduce(RowFunction.SUM, false, x, node);
    }
    if (!node.batched()) {
      throw new UntraceableException(
          formatted(
              "the step computes %s of shape %s across the rows of the batch",
              node.name(), node.shape()));
    }
    if (columns(node) == 1) {
      return axis(x) < 0 && columns(x) == 1 ? slot(x) : reduce(RowFunction.SUM, true, x, node);
    }
    if (axis(x) < 0) {
      return alias(x, node);
    }
    Node[] factors = matrixAnd(x, this::isColumn);
    return factors != null
        ? emit(new MemoryOperation.WeightedRows(slot(factors[1]), slot(factors[0]), fresh(node)))
        : emit(new MemoryOperation.SumPositions(full(x, x), fresh(node)));
  }

  /** A predicate on factors. */
  private interface Kind {
    boolean of(Node factor, Node product);
  }

  /** The factors of a product of a matrix and a smaller value. */
  private Node @Nullable [] matrixAnd(Node x, Kind kind) {
    if (!(x.op() instanceof Op.Binary binary)
        || binary.function() != BinaryFunction.MULTIPLY
        || columns(x) == 1) {
      return null;
    }
    Node a = plain(x.operands().get(0));
    Node b = plain(x.operands().get(1));
    if (isFull(a, x) && kind.of(b, x)) {
      return new Node[] {a, b};
    }
    return isFull(b, x) && kind.of(a, x) ? new Node[] {b, a} : null;
  }
}
