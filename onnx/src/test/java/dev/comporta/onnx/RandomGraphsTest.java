package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Random graphs, compared with definitions that compute each element by itself in double precision.
 * Some values are constants, so that a part of each graph is folded when it is loaded.
 */
class RandomGraphsTest {
  private static final int GRAPHS = 1_000;
  private static final int NODES = 12;
  private static final int LARGEST = 600;

  /** A value as its definition: an element for each index. */
  private record Defined(String name, int[] sizes, double[] values) {
    int rank() {
      return sizes.length;
    }

    double at(int[] index) {
      int place = 0;
      for (int axis = 0; axis < sizes.length; axis++) {
        place = place * sizes[axis] + index[axis];
      }
      return values[place];
    }

    /** With an index of a larger shape, as broadcasting reads it. */
    double broadcast(int[] index) {
      int[] own = new int[sizes.length];
      for (int axis = 0; axis < sizes.length; axis++) {
        own[axis] = sizes[axis] == 1 ? 0 : index[index.length - sizes.length + axis];
      }
      return at(own);
    }
  }

  private static final Map<String, DoubleUnaryOperator> UNARY =
      Map.ofEntries(
          Map.entry("Neg", x -> -x),
          Map.entry("Abs", Math::abs),
          Map.entry("Tanh", Math::tanh),
          Map.entry("Sigmoid", x -> 1 / (1 + Math.exp(-x))),
          Map.entry("Relu", x -> Math.max(x, 0)),
          Map.entry("Softplus", x -> Math.log1p(Math.exp(x))),
          Map.entry("Sin", Math::sin),
          Map.entry("Cos", Math::cos),
          Map.entry("Erf", RandomGraphsTest::erf),
          Map.entry("Softsign", x -> x / (1 + Math.abs(x))),
          Map.entry("Elu", x -> x < 0 ? Math.expm1(x) : x),
          Map.entry("HardSigmoid", x -> Math.clamp(0.2 * x + 0.5, 0, 1)));

  private static final Map<String, DoubleBinaryOperator> BINARY =
      Map.of(
          "Add", Double::sum,
          "Sub", (a, b) -> a - b,
          "Mul", (a, b) -> a * b,
          "Max", Math::max,
          "Min", Math::min);

  /** The integral of the bell curve by Simpson's rule. */
  private static double erf(double x) {
    int steps = 2_000;
    double h = x / steps;
    double sum = 1 + Math.exp(-x * x);
    for (int i = 1; i < steps; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-(i * h) * (i * h));
    }
    return 2 / Math.sqrt(Math.PI) * sum * h / 3;
  }

  private final Random random = new Random(20261129);
  private TestGraph graph = new TestGraph(13);
  private List<Defined> values = new ArrayList<>();
  private Map<String, OnnxValue> inputs = new LinkedHashMap<>();
  private int names;

  private static Defined defined(String name, int[] sizes, ToDoubleFunction<int[]> element) {
    double[] values = new double[(int) OnnxTensor.count(sizes)];
    int[] index = new int[sizes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = element.applyAsDouble(index);
      for (int axis = sizes.length - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return new Defined(name, sizes, values);
  }

  private int[] shape() {
    return random.ints(random.nextInt(1, 4), 1, 5).toArray();
  }

  private Defined source(int... sizes) {
    String name = "v" + names++;
    float[] numbers = new float[(int) OnnxTensor.count(sizes)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (2 * random.nextDouble() - 1);
    }
    OnnxTensor tensor = OnnxTensor.of(numbers, sizes);
    if (random.nextBoolean()) {
      graph.constant(name, tensor);
    } else {
      graph.input(name, ElementType.FLOAT32, Arrays.stream(sizes).boxed().toArray());
      inputs.put(name, tensor);
    }
    double[] exact = new double[numbers.length];
    Arrays.setAll(exact, i -> numbers[i]);
    return new Defined(name, sizes, exact);
  }

  private String integers(long... numbers) {
    String name = "v" + names++;
    graph.constant(name, OnnxTensor.of(numbers, numbers.length));
    return name;
  }

  private Defined any() {
    return values.get(random.nextInt(values.size()));
  }

  private void add(
      String operator,
      List<String> read,
      int[] sizes,
      ToDoubleFunction<int[]> element,
      AttributeProto... attributes) {
    String name = "v" + names++;
    graph.node(operator, read, List.of(name), attributes);
    values.add(defined(name, sizes, element));
  }

  private static int[] with(int[] sizes, int axis, int size) {
    int[] changed = sizes.clone();
    changed[axis] = size;
    return changed;
  }

  private void node() {
    Defined x = any();
    int axis = random.nextInt(x.rank());
    int size = x.sizes()[axis];
    switch (random.nextInt(14)) {
      case 0 -> {
        String operator =
            UNARY.keySet().stream().sorted().toList().get(random.nextInt(UNARY.size()));
        DoubleUnaryOperator f = UNARY.get(operator);
        add(operator, List.of(x.name()), x.sizes(), i -> f.applyAsDouble(x.at(i)));
      }
      case 1 -> binary(x);
      case 2 -> {
        Defined w = source(x.sizes()[x.rank() - 1], random.nextInt(1, 5));
        if (x.rank() >= 2) {
          int k = w.sizes()[0];
          add(
              "MatMul",
              List.of(x.name(), w.name()),
              with(x.sizes(), x.rank() - 1, w.sizes()[1]),
              i -> {
                double sum = 0;
                for (int j = 0; j < k; j++) {
                  sum += x.at(with(i, i.length - 1, j)) * w.at(new int[] {j, i[i.length - 1]});
                }
                return sum;
              });
        }
      }
      case 3 -> transpose(x);
      case 4 -> {
        int count = x.values().length;
        add(
            "Reshape",
            List.of(x.name(), integers(-1, size)),
            new int[] {count / size, size},
            i -> x.values()[i[0] * size + i[1]]);
      }
      case 5 -> {
        Defined y = source(with(x.sizes(), axis, random.nextInt(1, 3)));
        add(
            "Concat",
            List.of(x.name(), y.name()),
            with(x.sizes(), axis, size + y.sizes()[axis]),
            i -> i[axis] < size ? x.at(i) : y.at(with(i, axis, i[axis] - size)),
            TestGraph.integer("axis", axis - (random.nextBoolean() ? x.rank() : 0)));
      }
      case 6 -> {
        int from = random.nextInt(size);
        int step = random.nextInt(1, 3);
        add(
            "Slice",
            List.of(
                x.name(),
                integers(from - size),
                integers(Long.MAX_VALUE),
                integers(axis),
                integers(step)),
            with(x.sizes(), axis, (size - from + step - 1) / step),
            i -> x.at(with(i, axis, from + step * i[axis])));
      }
      case 7 -> reduce(x, axis, size);
      case 8 -> {
        int[] rows = random.ints(3, -size, size).toArray();
        String index = integers(Arrays.stream(rows).asLongStream().toArray());
        add(
            "Gather",
            List.of(x.name(), index),
            with(x.sizes(), axis, 3),
            i -> x.at(with(i, axis, Math.floorMod(rows[i[axis]], size))),
            TestGraph.integer("axis", axis));
      }
      case 9 ->
          add(
              "Softmax",
              List.of(x.name()),
              x.sizes(),
              i -> {
                double sum = 0;
                for (int j = 0; j < size; j++) {
                  sum += Math.exp(x.at(with(i, axis, j)));
                }
                return Math.exp(x.at(i)) / sum;
              },
              TestGraph.integer("axis", axis));
      case 10 -> {
        if (x.rank() < 4) {
          int[] sizes = new int[x.rank() + 1];
          System.arraycopy(x.sizes(), 0, sizes, 0, axis);
          sizes[axis] = 1;
          System.arraycopy(x.sizes(), axis, sizes, axis + 1, x.rank() - axis);
          add("Unsqueeze", List.of(x.name(), integers(axis)), sizes, i -> x.at(without(i, axis)));
        }
      }
      case 11 -> {
        String greater = "v" + names++;
        graph.node("Greater", List.of(x.name(), source(1).name()), List.of(greater));
        graph.node("Not", List.of(greater), List.of("not" + greater));
        graph.node("Or", List.of(greater, "not" + greater), List.of("or" + greater));
        Defined y = source(x.sizes());
        add("Where", List.of("or" + greater, y.name(), x.name()), x.sizes(), y::at);
      }
      case 12 -> {
        int before = random.nextInt(2);
        long[] pads = new long[2 * x.rank()];
        pads[axis] = before;
        pads[x.rank() + axis] = 1;
        add(
            "Pad",
            List.of(x.name(), integers(pads)),
            with(x.sizes(), axis, size + before + 1),
            i ->
                i[axis] < before || i[axis] >= before + size
                    ? 0
                    : x.at(with(i, axis, i[axis] - before)));
      }
      default ->
          add(
              "CumSum",
              List.of(x.name(), scalar(axis)),
              x.sizes(),
              i -> {
                double sum = 0;
                for (int j = 0; j <= i[axis]; j++) {
                  sum += x.at(with(i, axis, j));
                }
                return sum;
              });
    }
  }

  private String scalar(long number) {
    String name = "v" + names++;
    graph.constant(name, OnnxTensor.of(new long[] {number}));
    return name;
  }

  private static int[] without(int[] index, int axis) {
    int[] rest = new int[index.length - 1];
    for (int i = 0; i < rest.length; i++) {
      rest[i] = index[i < axis ? i : i + 1];
    }
    return rest;
  }

  private void binary(Defined x) {
    int[] sizes = x.sizes().clone();
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = random.nextInt(3) == 0 ? 1 : sizes[axis];
    }
    int dropped = random.nextInt(sizes.length);
    Defined y = source(Arrays.copyOfRange(sizes, dropped, sizes.length));
    String operator = BINARY.keySet().stream().sorted().toList().get(random.nextInt(BINARY.size()));
    DoubleBinaryOperator f = BINARY.get(operator);
    boolean turned = random.nextBoolean();
    add(
        operator,
        turned ? List.of(y.name(), x.name()) : List.of(x.name(), y.name()),
        x.sizes(),
        i ->
            turned
                ? f.applyAsDouble(y.broadcast(i), x.at(i))
                : f.applyAsDouble(x.at(i), y.broadcast(i)));
  }

  private void transpose(Defined x) {
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      order.add(axis);
    }
    java.util.Collections.shuffle(order, random);
    add(
        "Transpose",
        List.of(x.name()),
        order.stream().mapToInt(axis -> x.sizes()[axis]).toArray(),
        i -> {
          int[] index = new int[i.length];
          for (int axis = 0; axis < i.length; axis++) {
            index[order.get(axis)] = i[axis];
          }
          return x.at(index);
        },
        TestGraph.integers("perm", order.stream().mapToLong(Integer::longValue).toArray()));
  }

  private void reduce(Defined x, int axis, int size) {
    String operator =
        List.of("ReduceSum", "ReduceMean", "ReduceMax", "ReduceL2").get(random.nextInt(4));
    boolean byInput = operator.equals("ReduceSum");
    add(
        operator,
        byInput ? List.of(x.name(), integers(axis)) : List.of(x.name()),
        with(x.sizes(), axis, 1),
        i -> {
          double sum = 0;
          double most = Double.NEGATIVE_INFINITY;
          double squares = 0;
          for (int j = 0; j < size; j++) {
            double value = x.at(with(i, axis, j));
            sum += value;
            squares += value * value;
            most = Math.max(most, value);
          }
          return switch (operator) {
            case "ReduceSum" -> sum;
            case "ReduceMean" -> sum / size;
            case "ReduceMax" -> most;
            default -> Math.sqrt(squares);
          };
        },
        byInput ? new AttributeProto[0] : new AttributeProto[] {TestGraph.integers("axes", axis)});
  }

  @Test
  void graphsComputeWhatTheirDefinitionsSay() {
    for (int n = 0; n < GRAPHS; n++) {
      graph = new TestGraph(13);
      values = new ArrayList<>();
      inputs = new LinkedHashMap<>();
      names = 0;
      values.add(source(shape()));
      values.add(source(shape()));
      while (values.size() < NODES) {
        node();
        if (values.getLast().values().length > LARGEST) {
          break;
        }
      }
      for (Defined value : values) {
        graph.output(value.name());
      }
      Map<String, OnnxValue> found = graph.load().run(inputs);
      for (Defined value : values) {
        OnnxTensor tensor = (OnnxTensor) found.get(value.name());
        assertThat(tensor.sizes()).as("graph %d, %s", n, value.name()).isEqualTo(value.sizes());
        for (int i = 0; i < tensor.count(); i++) {
          double expected = value.values()[i];
          assertThat(Math.abs(tensor.floats()[i] - expected))
              .as("graph %d, %s, element %d: %s", n, value.name(), i, expected)
              .isLessThanOrEqualTo(2e-5 * Math.max(1, Math.abs(expected)));
        }
      }
    }
  }
}
