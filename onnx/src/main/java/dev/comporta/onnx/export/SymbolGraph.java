package dev.comporta.onnx.export;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.onnx.export.GraphWriter.attribute;

import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes operations as nodes. The batch, and the number of positions of a memory, are prime numbers
 * in the shapes of symbols: a size that one of them divides is dynamic.
 */
final class SymbolGraph {
  /** Stands for positions where there is no memory; no size is a multiple of it. */
  private static final int NONE = Integer.MAX_VALUE;

  /**
   * Which sizes are dynamic.
   *
   * @param batch a prime that stands for the number of rows
   * @param rows the name of a vector with the number of rows as its only element
   * @param positions a prime that stands for the number of positions of a memory
   * @param places the name of a vector with the number of positions
   */
  record Dynamic(int batch, String rows, int positions, String places) {
    /** Steps without memories. */
    static Dynamic rows(int batch, String rows) {
      return new Dynamic(batch, rows, NONE, "");
    }

    private boolean isIn(int size) {
      return size > 0 && size < NONE && (size % batch == 0 || size % positions == 0);
    }
  }

  /** The smallest prime from a number on that divides no size of a parameter. */
  static int prime(int from, Parameters parameters) {
    List<Parameter> all = parameters.all();
    return IntStream.iterate(from | 1, candidate -> candidate + 2)
        .filter(candidate -> isPrime(candidate))
        .filter(candidate ->
            all.stream()
                .flatMapToInt(parameter -> Arrays.stream(parameter.shape().sizes()))
                .noneMatch(size -> size > 0 && size % candidate == 0))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isPrime(int odd) {
    return IntStream.iterate(3, divisor -> divisor * divisor <= odd, divisor -> divisor + 2)
        .noneMatch(divisor -> odd % divisor == 0);
  }

  private final GraphWriter graph;
  private final Dynamic dynamic;
  private final String label;

  /**
   * A graph of symbols.
   *
   * @param graph takes the nodes
   * @param dynamic the sizes that are known when the graph runs
   * @param label what messages call what is exported
   */
  SymbolGraph(GraphWriter graph, Dynamic dynamic, String label) {
    this.graph = graph;
    this.dynamic = dynamic;
    this.label = label;
  }

  /** An existing value as a symbol. */
  Symbol value(String name, int... sizes) {
    return new Symbol(this, name, Shape.of(sizes), null, null);
  }

  /** A parameter as a symbol; one that a layer shares has the name that its owner gave it. */
  Symbol parameter(Parameters parameters, String name) {
    Parameter found = parameters.get(name);
    return new Symbol(this, found.name(), found.shape(), null, parameters.copy(name));
  }

  /** Adds weights to the graph, which a node reads under their own name. */
  void store(String name, Shape shape, float[] values) {
    graph.weights(name, values, Arrays.stream(shape.sizes()).asLongStream().toArray());
  }

  /** A constant as a symbol. */
  Symbol constant(Shape shape, float value) {
    String number = number(value);
    if (shape.rank() == 0) {
      return new Symbol(this, number, shape, value, null);
    }
    String y = graph.apply("Expand", List.of(number, sizes(shape)));
    return new Symbol(this, y, shape, value, null);
  }

  /** A constant; one that was computed from a dynamic size would be wrong for any other. */
  private String number(float value) {
    float size = Math.abs(value);
    int inverse = Math.round(1 / size);
    if ((size == (int) size && isDynamic((int) size))
        || (isDynamic(inverse) && 1f / inverse == size)) {
      throw refuse("a step that computes with the number of its rows or positions");
    }
    return graph.number(value);
  }

  OnnxException refuse(String what) {
    return new OnnxException(formatted("[onnx] %s: %s cannot be exported", label, what));
  }

  OnnxException refuse(String what, Throwable cause) {
    return new OnnxException(formatted("[onnx] %s: %s cannot be exported", label, what), cause);
  }

  private boolean isDynamic(int size) {
    return dynamic.isIn(size);
  }

  /** A dynamic size as a vector of one element. */
  private String computed(int size) {
    int rest = size;
    List<String> factors = new ArrayList<>();
    if (rest % dynamic.batch() == 0) {
      factors.add(dynamic.rows());
      rest /= dynamic.batch();
    }
    if (rest % dynamic.positions() == 0) {
      factors.add(dynamic.places());
      rest /= dynamic.positions();
    }
    if (rest != 1) {
      factors.add(graph.integers(rest));
    }
    String product = factors.getFirst();
    for (String factor : factors.subList(1, factors.size())) {
      product = graph.apply("Mul", List.of(product, factor));
    }
    return product;
  }

  /** A vector with the sizes of a shape, those that depend on the batch computed. */
  private String sizes(Shape shape) {
    int[] sizes = shape.sizes();
    if (Arrays.stream(sizes).noneMatch(this::isDynamic)) {
      return graph.integers(Arrays.stream(sizes).asLongStream().toArray());
    }
    List<String> parts = new ArrayList<>();
    for (int size : sizes) {
      parts.add(isDynamic(size) ? computed(size) : graph.integers(size));
    }
    return parts.size() == 1
        ? parts.getFirst()
        : graph.apply("Concat", parts, attribute("axis", 0L));
  }

  /** The same elements in another shape. */
  private String reshaped(String x, Shape shape) {
    int[] sizes = shape.sizes();
    if (Arrays.stream(sizes).filter(this::isDynamic).count() > 1) {
      return graph.apply("Reshape", List.of(x, sizes(shape)));
    }
    long[] wanted = Arrays.stream(sizes).mapToLong(s -> isDynamic(s) ? -1 : s).toArray();
    return graph.apply("Reshape", List.of(x, graph.integers(wanted)));
  }

  Symbol apply(Op op, List<Symbol> operands, Shape result) {
    Symbol x = operands.getFirst();
    String y =
        switch (op) {
          case Op.Unary unary -> unary(unary.function(), x.name());
          case Op.Binary binary -> {
            Symbol other = operands.get(1);
            if (binary.function() == BinaryFunction.MULTIPLY) {
              if (isOne(other) && x.shape().equals(result)) {
                yield x.name();
              }
              if (isOne(x) && other.shape().equals(result)) {
                yield other.name();
              }
            }
            yield binary(binary.function(), x.name(), other.name());
          }
          case Op.Affine affine -> affine(affine, x.name());
          case Op.MatMul product -> product(product, x, operands.get(1));
          case Op.SumTo sum -> sumTo(x, sum.target());
          case Op.BroadcastTo broadcast ->
              graph.apply("Expand", List.of(x.name(), sizes(broadcast.target())));
          case Op.MaxLast max -> graph.reduced("ReduceMax", x.name(), true, x.shape().rank() - 1L);
          case Op.Softmax softmax -> last("Softmax", x);
          case Op.LogSoftmax softmax -> last("LogSoftmax", x);
          case Op.Slice slice -> slice(x, slice.axis(), slice.from(), slice.to());
          case Op.Pad pad -> {
            requireKept(x.shape().size(pad.axis()), pad.size());
            yield pad(
                x.name(),
                x.shape().rank(),
                pad.axis(),
                pad.from(),
                pad.size() - pad.from() - x.shape().size(pad.axis()));
          }
          case Op.Shift shift -> shift(x, shift.offset());
          case Op.CumulativeSum sum -> cumulativeSum(x, sum.reversed());
          case Op.Concat concat -> {
            operands.forEach(
                part -> requireKept(part.shape().size(concat.axis()), result.size(concat.axis())));
            yield graph.apply(
                "Concat",
                operands.stream().map(Symbol::name).toList(),
                attribute("axis", (long) concat.axis()));
          }
          case Op.Reshape reshape -> reshaped(x.name(), reshape.target());
          case Op.Transpose transpose -> transposed(x);
          case Op.SwapLeading swap ->
              graph.apply(
                  "Transpose",
                  List.of(x.name()),
                  attribute(
                      "perm",
                      IntStream.range(0, x.shape().rank())
                          .mapToLong(i -> i < 2 ? 1 - i : i)
                          .toArray()));
          case Op.Select select ->
              graph.apply(
                  "Where",
                  List.of(
                      graph.cast(x.name(), ElementType.BOOL),
                      operands.get(1).name(),
                      operands.get(2).name()));
          case Op.StopGradient stop -> x.name();
          case Op.Gather gather -> gather(x, gather.ids(), result);
          case Op.GatherColumns gather -> gatherColumns(x, gather.columns());
          case Op.ScatterColumns scatter -> throw refuse("a step that adds elements to others");
          case Op.CrossEntropy loss -> throw refuse("a step with a loss");
          case Op.CrossEntropyGradient loss -> throw refuse("a step with a loss");
          case Op.ScatterAdd scatter -> throw refuse("a step that adds rows to a table");
        };
    return new Symbol(this, y, result, null, null);
  }

  /** Refuses a new size that is not recognised as dynamic although it is. */
  private void requireKept(int before, int after) {
    if (isDynamic(before) != isDynamic(after)) {
      throw refuse("a step that adds to its rows or positions");
    }
  }

  private static boolean isOne(Symbol x) {
    Float value = x.uniform();
    return value != null && value == 1;
  }

  private String unary(UnaryFunction function, String x) {
    return switch (function) {
      case NEGATE -> graph.apply("Neg", List.of(x));
      case ABS -> graph.apply("Abs", List.of(x));
      case SQUARE -> graph.apply("Mul", List.of(x, x));
      case SQRT -> graph.apply("Sqrt", List.of(x));
      case RECIPROCAL -> graph.apply("Reciprocal", List.of(x));
      case EXP -> graph.apply("Exp", List.of(x));
      case LOG -> graph.apply("Log", List.of(x));
      case TANH -> graph.apply("Tanh", List.of(x));
      case SIGMOID -> graph.apply("Sigmoid", List.of(x));
      case SOFTPLUS -> graph.apply("Softplus", List.of(x));
      case SIN -> graph.apply("Sin", List.of(x));
      case COS -> graph.apply("Cos", List.of(x));
      case ERF -> graph.apply("Erf", List.of(x));
      case FLOOR -> graph.apply("Floor", List.of(x));
      case RELU -> graph.apply("Relu", List.of(x));
      case STEP -> numberOf(graph.apply("Greater", List.of(x, graph.number(0))));
      case SIGN -> graph.apply("Sign", List.of(x));
    };
  }

  private String numberOf(String truth) {
    return graph.cast(truth, ElementType.FLOAT32);
  }

  private String binary(BinaryFunction function, String a, String b) {
    return switch (function) {
      case ADD -> graph.apply("Add", List.of(a, b));
      case SUBTRACT -> graph.apply("Sub", List.of(a, b));
      case MULTIPLY -> graph.apply("Mul", List.of(a, b));
      case DIVIDE -> graph.apply("Div", List.of(a, b));
      case MAXIMUM -> graph.apply("Max", List.of(a, b));
      case MINIMUM -> graph.apply("Min", List.of(a, b));
      case GREATER -> numberOf(graph.apply("Greater", List.of(a, b)));
      case TANH_GRADIENT ->
          graph.apply(
              "Mul",
              List.of(
                  b,
                  graph.apply("Sub", List.of(graph.number(1), graph.apply("Mul", List.of(a, a))))));
      case SIGMOID_GRADIENT ->
          graph.apply(
              "Mul",
              List.of(
                  graph.apply("Mul", List.of(b, a)),
                  graph.apply("Sub", List.of(graph.number(1), a))));
      case RELU_GRADIENT ->
          graph.apply(
              "Where",
              List.of(graph.apply("Greater", List.of(a, graph.number(0))), b, graph.number(0)));
    };
  }

  private String affine(Op.Affine affine, String x) {
    if (affine.scale() == -1 && affine.shift() != 0) {
      return graph.apply("Sub", List.of(number(affine.shift()), x));
    }
    String scaled =
        affine.scale() == 1 ? x : graph.apply("Mul", List.of(x, number(affine.scale())));
    return affine.shift() == 0
        ? scaled
        : graph.apply("Add", List.of(scaled, number(affine.shift())));
  }

  /** All axes but the last as the rows of a matrix. */
  private String matrix(Symbol x) {
    return x.shape().rank() == 2
        ? x.name()
        : reshaped(x.name(), Shape.of(x.shape().rows(), x.shape().columns()));
  }

  private String transposed(Symbol x) {
    float[] values = x.weights();
    if (values != null && x.shape().rank() == 2) {
      int rows = x.shape().rows();
      int columns = x.shape().columns();
      float[] turned = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        turned[i % columns * rows + i / columns] = values[i];
      }
      return graph.weights(x.transposedName(), turned, columns, rows);
    }
    return graph.apply("Transpose", List.of(matrix(x)), attribute("perm", 1, 0));
  }

  private String product(Op.MatMul op, Symbol left, Symbol right) {
    String a = op.transposeLeft() ? transposed(left) : left.name();
    String b = op.transposeRight() ? transposed(right) : matrix(right);
    return graph.apply("MatMul", List.of(a, b));
  }

  private String sumTo(Symbol x, Shape target) {
    int missing = x.shape().rank() - target.rank();
    long[] axes =
        IntStream.range(0, x.shape().rank())
            .filter(a -> a < missing || target.size(a - missing) != x.shape().size(a))
            .asLongStream()
            .toArray();
    String sum = axes.length == 0 ? x.name() : graph.reduced("ReduceSum", x.name(), true, axes);
    return missing == 0 ? sum : reshaped(sum, target);
  }

  private String last(String operator, Symbol x) {
    return graph.apply(operator, List.of(x.name()), attribute("axis", x.shape().rank() - 1L));
  }

  private String slice(Symbol x, int axis, int from, int to) {
    int size = x.shape().size(axis);
    if (from == 0 && to == size) {
      return x.name();
    }
    if (isDynamic(size)) {
      throw refuse("a step that selects some of its rows or positions");
    }
    return graph.sliced(x.name(), axis, from, to);
  }

  private String cumulativeSum(Symbol x, boolean reversed) {
    if (graph.version() < 11) {
      throw refuse("a step with cumulative sums, which need operator set 11 or newer,");
    }
    return graph.apply(
        "CumSum",
        List.of(x.name(), graph.whole(x.shape().rank() - 1L)),
        attribute("reverse", reversed ? 1L : 0L));
  }

  /** Rows of a table whose numbers are constants of the cell. */
  private String gather(Symbol table, Ids ids, Shape result) {
    if (isDynamic(ids.count())) {
      throw refuse("a step that selects other rows of a table for each row of the batch");
    }
    long[] rows = Arrays.stream(ids.values()).asLongStream().toArray();
    String flat = graph.apply("Gather", List.of(table.name(), graph.integers(rows)));
    return reshaped(flat, result);
  }

  /** Elements of the last axis; a zero behind the last one stands for negative numbers. */
  private String gatherColumns(Symbol x, Ids columns) {
    int rank = x.shape().rank();
    int size = x.shape().columns();
    long[] numbers =
        IntStream.range(0, columns.count())
            .mapToLong(i -> columns.values()[i] < 0 ? size : columns.values()[i])
            .toArray();
    boolean zeros = Arrays.stream(numbers).anyMatch(number -> number == size);
    return graph.apply(
        "Gather",
        List.of(zeros ? pad(x.name(), rank, rank - 1, 0, 1) : x.name(), graph.integers(numbers)),
        attribute("axis", rank - 1L));
  }

  /** Zeros before and after the elements of one axis. */
  private String pad(String x, int rank, int axis, int before, int after) {
    long[] pads = new long[2 * rank];
    pads[axis] = before;
    pads[rank + axis] = after;
    return graph.version() < 11
        ? graph.apply("Pad", List.of(x), attribute("pads", pads))
        : graph.apply("Pad", List.of(x, graph.integers(pads)));
  }

  /** Zeros are added at one end and the other end is cut off, whatever the size is. */
  private String shift(Symbol x, int offset) {
    int rank = x.shape().rank();
    int distance = Math.abs(offset);
    if (distance == 0) {
      return x.name();
    }
    return offset > 0
        ? graph.sliced(
            pad(x.name(), rank, rank - 1, 0, distance), rank - 1, distance, Integer.MAX_VALUE)
        : graph.sliced(pad(x.name(), rank, rank - 1, distance, 0), rank - 1, 0, -distance);
  }
}
