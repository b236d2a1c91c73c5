package dev.comporta.onnx;

import static dev.comporta.onnx.Defined.inserted;
import static dev.comporta.onnx.Defined.with;
import static dev.comporta.onnx.Defined.without;

import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.value.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;

/** Adds nodes that compute elements, and nodes that move them. */
final class RandomNodes {
  private static final double FAR = 1e-2;

  /** A function, and where it is not sensitive to rounding. */
  private record Function(DoubleUnaryOperator of, DoublePredicate where) {}

  private static final Map<String, Function> UNARY = new TreeMap<>();
  private static final Map<String, DoubleBinaryOperator> BINARY =
      new TreeMap<>(
          Map.of(
              "Add", Double::sum,
              "Sub", (a, b) -> a - b,
              "Mul", (a, b) -> a * b,
              "Max", Math::max,
              "Min", Math::min,
              "Sum", Double::sum,
              "Mean", (a, b) -> (a + b) / 2));

  private static void unary(String name, DoubleUnaryOperator of) {
    UNARY.put(name, new Function(of, x -> true));
  }

  private static void unary(String name, DoublePredicate where, DoubleUnaryOperator of) {
    UNARY.put(name, new Function(of, where));
  }

  static {
    unary("Neg", x -> -x);
    unary("Identity", x -> x);
    unary("Abs", Math::abs);
    unary("Tanh", Math::tanh);
    unary("Sigmoid", RandomNodes::sigmoid);
    unary("Relu", x -> Math.max(x, 0));
    unary("Softplus", x -> Math.log1p(Math.exp(x)));
    unary("Sin", Math::sin);
    unary("Cos", Math::cos);
    unary("Atan", Math::atan);
    unary("Asinh", x -> Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1)));
    unary("Erf", RandomNodes::erf);
    unary("Softsign", x -> x / (1 + Math.abs(x)));
    unary("Elu", x -> x < 0 ? Math.expm1(x) : x);
    unary("Celu", x -> x < 0 ? Math.expm1(x) : x);
    unary("Selu", x -> 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x));
    unary("LeakyRelu", x -> x < 0 ? 0.01f * x : x);
    unary("HardSigmoid", x -> Math.clamp(0.2 * x + 0.5, 0, 1));
    unary("HardSwish", x -> x * Math.clamp(x / 6 + 0.5, 0, 1));
    unary("ThresholdedRelu", x -> Math.abs(x - 1) > FAR, x -> x > 1 ? x : 0);
    unary("Shrink", x -> Math.abs(Math.abs(x) - 0.5) > FAR, x -> Math.abs(x) > 0.5 ? x : 0);
    unary("Exp", x -> x < 3, Math::exp);
    unary("Sinh", x -> Math.abs(x) < 3, Math::sinh);
    unary("Cosh", x -> Math.abs(x) < 3, Math::cosh);
    unary("Sqrt", x -> x > FAR, Math::sqrt);
    unary("Log", x -> x > FAR, Math::log);
    unary("Reciprocal", x -> Math.abs(x) > 0.2, x -> 1 / x);
    unary("Tan", x -> Math.abs(x) < 1.2, Math::tan);
    unary("Asin", x -> Math.abs(x) < 0.95, Math::asin);
    unary("Acos", x -> Math.abs(x) < 0.95, Math::acos);
    unary("Atanh", x -> Math.abs(x) < 0.95, x -> Math.log((1 + x) / (1 - x)) / 2);
    unary("Acosh", x -> x > 1.1, x -> Math.log(x + Math.sqrt(x * x - 1)));
    unary("Floor", RandomNodes::between, Math::floor);
    unary("Ceil", RandomNodes::between, Math::ceil);
    unary("Round", x -> between(x + 0.5), Math::rint);
    unary("Sign", x -> Math.abs(x) > FAR, Math::signum);
  }

  /** Whether a number is not near an integer. */
  private static boolean between(double x) {
    return Math.abs(x - Math.rint(x)) > FAR;
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The integral of the bell curve by Simpson's rule. */
  private static double erf(double x) {
    double bound = Math.clamp(x, -6, 6);
    int steps = 400;
    double h = bound / steps;
    double sum = 1 + Math.exp(-bound * bound);
    for (int i = 1; i < steps; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-(i * h) * (i * h));
    }
    return 2 / Math.sqrt(Math.PI) * sum * h / 3;
  }

  private final RandomGraph graph;
  private final Random random;

  RandomNodes(RandomGraph graph) {
    this.graph = graph;
    this.random = graph.random;
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  void add(Defined x) {
    int axis = random.nextInt(x.rank());
    int size = x.size(axis);
    switch (random.nextInt(22)) {
      case 0, 1, 2 -> {
        String operator = any(List.copyOf(UNARY.keySet()));
        Function f = UNARY.get(operator);
        if (x.all(f.where())) {
          AttributeProto[] attributes =
              operator.equals("Shrink")
                  ? new AttributeProto[] {TestGraph.real("lambd", 0.5f)}
                  : new AttributeProto[0];
          graph.add(
              operator,
              List.of(x.name()),
              x.sizes(),
              i -> f.of().applyAsDouble(x.at(i)),
              attributes);
        }
      }
      case 3, 4 -> binary(x);
      case 5 -> transpose(x);
      case 6 -> {
        int count = x.values().length;
        graph.add(
            "Reshape",
            List.of(x.name(), graph.integers(-1, size)),
            new int[] {count / size, size},
            i -> x.values()[i[0] * size + i[1]]);
      }
      case 7 -> {
        Defined y = graph.source(with(x.sizes(), axis, random.nextInt(1, 3)));
        graph.add(
            "Concat",
            List.of(x.name(), y.name()),
            with(x.sizes(), axis, size + y.size(axis)),
            i -> i[axis] < size ? x.at(i) : y.at(with(i, axis, i[axis] - size)),
            TestGraph.integer("axis", axis - (random.nextBoolean() ? x.rank() : 0)));
      }
      case 8 -> slice(x, axis, size);
      case 9 -> {
        int[] rows = random.ints(3, -size, size).toArray();
        graph.add(
            "Gather",
            List.of(x.name(), graph.integers(Arrays.stream(rows).asLongStream().toArray())),
            with(x.sizes(), axis, 3),
            i -> x.at(with(i, axis, Math.floorMod(rows[i[axis]], size))),
            TestGraph.integer("axis", axis));
      }
      case 10 -> {
        if (x.rank() < 4) {
          graph.add(
              "Unsqueeze",
              List.of(x.name(), graph.integers(axis)),
              inserted(x.sizes(), axis, 1),
              i -> x.at(without(i, axis)));
        }
      }
      case 11 -> {
        if (size == 1 && x.rank() > 1) {
          graph.add(
              "Squeeze",
              List.of(x.name(), graph.integers(axis)),
              without(x.sizes(), axis),
              i -> x.at(inserted(i, axis, 0)));
        }
      }
      case 12 -> where(x);
      case 13 -> pad(x, axis, size);
      case 14 -> {
        boolean exclusive = random.nextBoolean();
        boolean reverse = random.nextBoolean();
        graph.add(
            "CumSum",
            List.of(x.name(), graph.integers(new int[0], axis)),
            x.sizes(),
            i -> {
              double sum = 0;
              for (int j = 0; j < size; j++) {
                boolean before = reverse ? j > i[axis] : j < i[axis];
                sum += before || (j == i[axis] && !exclusive) ? x.at(with(i, axis, j)) : 0;
              }
              return sum;
            },
            TestGraph.integer("exclusive", exclusive ? 1 : 0),
            TestGraph.integer("reverse", reverse ? 1 : 0));
      }
      case 15 -> {
        int times = random.nextInt(1, 3);
        long[] repeats = new long[x.rank()];
        Arrays.fill(repeats, 1);
        repeats[axis] = times;
        graph.add(
            "Tile",
            List.of(x.name(), graph.integers(repeats)),
            with(x.sizes(), axis, size * times),
            i -> x.at(with(i, axis, i[axis] % size)));
      }
      case 16 -> {
        if (size == 1) {
          graph.add(
              "Expand",
              List.of(
                  x.name(),
                  graph.integers(Arrays.stream(with(x.sizes(), axis, 3)).asLongStream().toArray())),
              with(x.sizes(), axis, 3),
              x::broadcast);
        }
      }
      case 17 -> {
        if (size > 1) {
          int first = random.nextInt(1, size);
          graph.add(
              "Split",
              List.of(x.name(), graph.integers(first, size - first)),
              List.of(graph.newName()),
              with(x.sizes(), axis, first),
              x::at,
              TestGraph.integer("axis", axis));
        }
      }
      case 18 -> {
        double least = random.nextDouble() - 1;
        graph.add(
            "Clip",
            List.of(x.name(), graph.scalar((float) least), graph.scalar(0.5f)),
            x.sizes(),
            i -> Math.clamp(x.at(i), (float) least, 0.5));
      }
      case 19 -> divideOrPower(x);
      case 20 -> gatherElements(x, axis, size);
      default -> integers(x);
    }
  }

  private void binary(Defined x) {
    int[] sizes = x.sizes().clone();
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = random.nextInt(3) == 0 ? 1 : sizes[axis];
    }
    int dropped = random.nextInt(sizes.length);
    Defined y = graph.source(Arrays.copyOfRange(sizes, dropped, sizes.length));
    String operator = any(List.copyOf(BINARY.keySet()));
    DoubleBinaryOperator f = BINARY.get(operator);
    boolean turned = random.nextBoolean();
    graph.add(
        operator,
        turned ? List.of(y.name(), x.name()) : List.of(x.name(), y.name()),
        x.sizes(),
        i ->
            turned
                ? f.applyAsDouble(y.broadcast(i), x.at(i))
                : f.applyAsDouble(x.at(i), y.broadcast(i)));
  }

  private void divideOrPower(Defined x) {
    switch (random.nextInt(3)) {
      case 0 -> {
        Defined y = graph.source(0.5, 2, x.size(x.rank() - 1));
        graph.add("Div", List.of(x.name(), y.name()), x.sizes(), i -> x.at(i) / y.broadcast(i));
      }
      case 1 -> {
        int power = random.nextInt(1, 4);
        graph.add(
            "Pow",
            List.of(x.name(), graph.scalar(power)),
            x.sizes(),
            i -> Math.pow(x.at(i), power));
      }
      default -> {
        Defined slope = graph.source(x.size(x.rank() - 1));
        graph.add(
            "PRelu",
            List.of(x.name(), slope.name()),
            x.sizes(),
            i -> x.at(i) < 0 ? x.at(i) * slope.broadcast(i) : x.at(i));
      }
    }
  }

  private void transpose(Defined x) {
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      order.add(axis);
    }
    Collections.shuffle(order, random);
    graph.add(
        "Transpose",
        List.of(x.name()),
        order.stream().mapToInt(x::size).toArray(),
        i -> {
          int[] index = new int[i.length];
          for (int axis = 0; axis < i.length; axis++) {
            index[order.get(axis)] = i[axis];
          }
          return x.at(index);
        },
        TestGraph.integers("perm", order.stream().mapToLong(Integer::longValue).toArray()));
  }

  private void slice(Defined x, int axis, int size) {
    int from = random.nextInt(size);
    int step = random.nextInt(1, 3);
    boolean backwards = random.nextBoolean();
    int count = (backwards ? from + step : size - from + step - 1) / step;
    graph.add(
        "Slice",
        List.of(
            x.name(),
            graph.integers(from - size),
            graph.integers(backwards ? Long.MIN_VALUE : Long.MAX_VALUE),
            graph.integers(axis),
            graph.integers(backwards ? -step : step)),
        with(x.sizes(), axis, count),
        i -> x.at(with(i, axis, from + (backwards ? -step : step) * i[axis])));
  }

  private void pad(Defined x, int axis, int size) {
    int before = random.nextInt(2);
    long[] pads = new long[2 * x.rank()];
    pads[axis] = before;
    pads[x.rank() + axis] = 1;
    String mode = any(List.of("constant", "edge", "reflect"));
    if (mode.equals("reflect") && size < 2) {
      return;
    }
    graph.add(
        "Pad",
        List.of(x.name(), graph.integers(pads)),
        with(x.sizes(), axis, size + before + 1),
        i -> {
          int place = i[axis] - before;
          if (place >= 0 && place < size) {
            return x.at(with(i, axis, place));
          }
          int reflected = place < 0 ? -place : 2 * size - 2 - place;
          return switch (mode) {
            case "constant" -> 0;
            case "edge" -> x.at(with(i, axis, Math.clamp(place, 0, size - 1)));
            default -> x.at(with(i, axis, reflected));
          };
        },
        TestGraph.text("mode", mode));
  }

  /** A comparison, logic on its result, and a choice. */
  private void where(Defined x) {
    Defined y = graph.source(x.sizes());
    Defined z = graph.source(x.sizes());
    boolean near = false;
    for (int i = 0; i < x.values().length; i++) {
      near |= Math.abs(x.values()[i] - y.values()[i]) < FAR;
      near |= Math.abs(y.values()[i] - z.values()[i]) < FAR;
    }
    if (near) {
      return;
    }
    String less = any(List.of("Less", "LessOrEqual"));
    String greater = any(List.of("Greater", "GreaterOrEqual"));
    String logic = any(List.of("And", "Or", "Xor", "Equal"));
    String first = graph.inner(less, List.of(x.name(), y.name()));
    String second = graph.inner("Not", List.of(graph.inner(greater, List.of(y.name(), z.name()))));
    String both = graph.inner(logic, List.of(first, second));
    graph.add(
        "Where",
        List.of(both, y.name(), x.name()),
        x.sizes(),
        i -> {
          boolean a = x.at(i) < y.at(i);
          boolean b = y.at(i) < z.at(i);
          boolean taken =
              switch (logic) {
                case "And" -> a && b;
                case "Or" -> a || b;
                case "Xor" -> a != b;
                default -> a == b;
              };
          return taken ? y.at(i) : x.at(i);
        });
  }

  private void gatherElements(Defined x, int axis, int size) {
    int[] sizes = with(x.sizes(), axis, random.nextInt(1, size + 1));
    Defined places = Defined.of("", sizes, i -> random.nextInt(-size, size));
    String index =
        graph.integers(sizes, Arrays.stream(places.values()).mapToLong(it -> (long) it).toArray());
    graph.add(
        "GatherElements",
        List.of(x.name(), index),
        sizes,
        i -> x.at(with(i, axis, Math.floorMod((int) places.at(i), size))),
        TestGraph.integer("axis", axis));
  }

  /** To integers, their remainder and shift, and back. */
  private void integers(Defined x) {
    if (!x.all(value -> Math.abs(value) < 100 && between(8 * value))) {
      return;
    }
    int divisor = random.nextInt(2, 6);
    boolean truncated = random.nextBoolean();
    String scaled = graph.inner("Mul", List.of(x.name(), graph.scalar(8)));
    String whole =
        graph.inner("Cast", List.of(scaled), TestGraph.integer("to", ElementType.INT64.number()));
    String rest =
        graph.inner(
            "Mod",
            List.of(whole, graph.integers(new int[0], divisor)),
            TestGraph.integer("fmod", truncated ? 1 : 0));
    graph.add(
        "Cast",
        List.of(rest),
        x.sizes(),
        i -> {
          long value = (long) (8 * x.at(i));
          return truncated ? value % divisor : Math.floorMod(value, divisor);
        },
        TestGraph.integer("to", ElementType.FLOAT32.number()));
  }
}
