package dev.comporta.onnx;

import static dev.comporta.onnx.Defined.with;

import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Adds nodes that compute numbers of many elements: products, reductions, windows, recurrences. */
final class RandomLayers {
  private static final double FAR = 1e-2;

  private static final List<String> REDUCTIONS =
      List.of(
          "ReduceSum",
          "ReduceMean",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceL1",
          "ReduceL2",
          "ReduceSumSquare",
          "ReduceLogSumExp");

  private final RandomGraph graph;
  private final Random random;

  RandomLayers(RandomGraph graph) {
    this.graph = graph;
    this.random = graph.random;
  }

  void add(Defined x) {
    int axis = random.nextInt(x.rank());
    int size = x.size(axis);
    switch (random.nextInt(12)) {
      case 0 -> product(x);
      case 1, 2 -> reduce(x, axis, size);
      case 3 -> softmax(x, axis);
      case 4 -> ordered(x, axis, size);
      case 5 -> normalise(x);
      case 6 -> convolve(x);
      case 7 -> pool(x);
      case 8, 9 -> recur(x);
      case 10 -> scatter(x, axis, size);
      default -> subgraph(x);
    }
  }

  private void product(Defined x) {
    if (x.rank() < 2) {
      return;
    }
    int k = x.size(x.rank() - 1);
    int n = random.nextInt(1, 5);
    if (x.rank() == 2 && random.nextBoolean()) {
      boolean turned = random.nextBoolean();
      Defined w = turned ? graph.source(n, k) : graph.source(k, n);
      Defined c = graph.source(n);
      graph.add(
          "Gemm",
          List.of(x.name(), w.name(), c.name()),
          new int[] {x.size(0), n},
          i -> {
            double sum = 0;
            for (int j = 0; j < k; j++) {
              sum += x.at(i[0], j) * (turned ? w.at(i[1], j) : w.at(j, i[1]));
            }
            return 0.5 * sum + 2 * c.at(i[1]);
          },
          TestGraph.real("alpha", 0.5f),
          TestGraph.real("beta", 2),
          TestGraph.integer("transB", turned ? 1 : 0));
      return;
    }
    Defined w = graph.source(k, n);
    graph.add(
        "MatMul",
        List.of(x.name(), w.name()),
        with(x.sizes(), x.rank() - 1, n),
        i -> {
          double sum = 0;
          for (int j = 0; j < k; j++) {
            sum += x.at(with(i, i.length - 1, j)) * w.at(j, i[i.length - 1]);
          }
          return sum;
        });
  }

  /** The elements along an axis at an index. */
  private static double[] line(Defined x, int[] index, int axis) {
    return IntStream.range(0, x.size(axis)).mapToDouble(j -> x.at(with(index, axis, j))).toArray();
  }

  private void reduce(Defined x, int axis, int size) {
    String operator = REDUCTIONS.get(random.nextInt(REDUCTIONS.size()));
    boolean kept = x.rank() == 1 || random.nextBoolean();
    boolean byInput = operator.equals("ReduceSum");
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(TestGraph.integer("keepdims", kept ? 1 : 0));
    if (!byInput) {
      attributes.add(TestGraph.integers("axes", axis - (random.nextBoolean() ? x.rank() : 0)));
    }
    graph.add(
        operator,
        byInput ? List.of(x.name(), graph.integers(axis)) : List.of(x.name()),
        kept ? with(x.sizes(), axis, 1) : Defined.without(x.sizes(), axis),
        i -> {
          double[] line = line(x, kept ? i : Defined.inserted(i, axis, 0), axis);
          DoubleStream all = DoubleStream.of(line);
          return switch (operator) {
            case "ReduceSum" -> all.sum();
            case "ReduceMean" -> all.sum() / size;
            case "ReduceMax" -> all.max().orElseThrow();
            case "ReduceMin" -> all.min().orElseThrow();
            case "ReduceProd" -> all.reduce(1, (a, b) -> a * b);
            case "ReduceL1" -> all.map(Math::abs).sum();
            case "ReduceL2" -> Math.sqrt(all.map(a -> a * a).sum());
            case "ReduceSumSquare" -> all.map(a -> a * a).sum();
            default -> Math.log(all.map(Math::exp).sum());
          };
        },
        attributes.toArray(AttributeProto[]::new));
  }

  private void softmax(Defined x, int axis) {
    boolean log = random.nextBoolean();
    graph.add(
        log ? "LogSoftmax" : "Softmax",
        List.of(x.name()),
        x.sizes(),
        i -> {
          double sum = DoubleStream.of(line(x, i, axis)).map(a -> Math.exp(a - x.at(i))).sum();
          return log ? -Math.log(sum) : 1 / sum;
        },
        TestGraph.integer("axis", axis - (random.nextBoolean() ? x.rank() : 0)));
  }

  /** Whether no two numbers along an axis are near each other. */
  private static boolean distinct(Defined x, int axis) {
    Defined nearest =
        Defined.of(
            "",
            with(x.sizes(), axis, 1),
            i -> {
              double[] line = line(x, i, axis);
              Arrays.sort(line);
              double least = Double.POSITIVE_INFINITY;
              for (int j = 1; j < line.length; j++) {
                least = Math.min(least, line[j] - line[j - 1]);
              }
              return least;
            });
    return nearest.all(gap -> gap > FAR);
  }

  private void ordered(Defined x, int axis, int size) {
    if (!distinct(x, axis)) {
      return;
    }
    boolean largest = random.nextBoolean();
    if (random.nextBoolean()) {
      int k = random.nextInt(1, size + 1);
      graph.add(
          "TopK",
          List.of(x.name(), graph.integers(k)),
          List.of(graph.newName()),
          with(x.sizes(), axis, k),
          i -> {
            double[] line = line(x, i, axis);
            Arrays.sort(line);
            return largest ? line[size - 1 - i[axis]] : line[i[axis]];
          },
          TestGraph.integer("axis", axis),
          TestGraph.integer("largest", largest ? 1 : 0));
      return;
    }
    String place =
        graph.inner(
            largest ? "ArgMax" : "ArgMin", List.of(x.name()), TestGraph.integer("axis", axis));
    graph.add(
        "Cast",
        List.of(place),
        with(x.sizes(), axis, 1),
        i -> {
          double[] line = line(x, i, axis);
          double[] sorted = line.clone();
          Arrays.sort(sorted);
          double best = largest ? sorted[size - 1] : sorted[0];
          return IntStream.range(0, size).filter(j -> line[j] == best).findFirst().orElseThrow();
        },
        TestGraph.integer("to", ElementType.FLOAT32.number()));
  }

  private static double variance(double[] line) {
    double mean = DoubleStream.of(line).average().orElseThrow();
    return DoubleStream.of(line).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
  }

  private void normalise(Defined x) {
    int last = x.rank() - 1;
    float epsilon = 0.1f; // so that equal numbers are not divided by nearly nothing
    switch (random.nextInt(3)) {
      case 0 -> {
        Defined scale = graph.source(x.size(last));
        Defined bias = graph.source(x.size(last));
        graph.add(
            "LayerNormalization",
            List.of(x.name(), scale.name(), bias.name()),
            x.sizes(),
            i -> {
              double[] line = line(x, i, last);
              double mean = DoubleStream.of(line).average().orElseThrow();
              double y = (x.at(i) - mean) / Math.sqrt(variance(line) + epsilon);
              return y * scale.at(i[last]) + bias.at(i[last]);
            },
            TestGraph.integer("axis", -1),
            TestGraph.real("epsilon", epsilon));
      }
      case 1 -> {
        if (x.rank() < 2) {
          return;
        }
        Defined scale = graph.source(x.size(1));
        Defined bias = graph.source(x.size(1));
        Defined mean = graph.source(x.size(1));
        Defined spread = graph.source(0.5, 2, x.size(1));
        graph.add(
            "BatchNormalization",
            List.of(x.name(), scale.name(), bias.name(), mean.name(), spread.name()),
            x.sizes(),
            i ->
                (x.at(i) - mean.at(i[1])) / Math.sqrt(spread.at(i[1]) + epsilon) * scale.at(i[1])
                    + bias.at(i[1]),
            TestGraph.real("epsilon", epsilon));
      }
      default -> {
        if (x.rank() != 3) {
          return;
        }
        Defined scale = graph.source(x.size(1));
        Defined bias = graph.source(x.size(1));
        graph.add(
            "InstanceNormalization",
            List.of(x.name(), scale.name(), bias.name()),
            x.sizes(),
            i -> {
              double[] line = line(x, i, 2);
              double mean = DoubleStream.of(line).average().orElseThrow();
              return (x.at(i) - mean) / Math.sqrt(variance(line) + epsilon) * scale.at(i[1])
                  + bias.at(i[1]);
            },
            TestGraph.real("epsilon", epsilon));
      }
    }
  }

  /** A convolution over the last axis of a value with three. */
  private void convolve(Defined x) {
    if (x.rank() != 3) {
      return;
    }
    int channels = x.size(1);
    int kernel = random.nextInt(1, 4);
    int before = random.nextInt(0, 2);
    int after = random.nextInt(0, 2);
    int stride = random.nextInt(1, 3);
    int dilation = random.nextInt(1, 3);
    int room = x.size(2) + before + after - dilation * (kernel - 1);
    if (room < 1) {
      return;
    }
    Defined w = graph.source(random.nextInt(1, 4), channels, kernel);
    Defined b = graph.source(w.size(0));
    graph.add(
        "Conv",
        List.of(x.name(), w.name(), b.name()),
        new int[] {x.size(0), w.size(0), (room - 1) / stride + 1},
        i -> {
          double sum = b.at(i[1]);
          for (int j = 0; j < channels * kernel; j++) {
            int t = i[2] * stride - before + j % kernel * dilation;
            sum +=
                t < 0 || t >= x.size(2)
                    ? 0
                    : x.at(i[0], j / kernel, t) * w.at(i[1], j / kernel, j % kernel);
          }
          return sum;
        },
        TestGraph.integers("kernel_shape", kernel),
        TestGraph.integers("pads", before, after),
        TestGraph.integers("strides", stride),
        TestGraph.integers("dilations", dilation));
  }

  /** A window over the last axis of a value with three. */
  private void pool(Defined x) {
    if (x.rank() != 3) {
      return;
    }
    int kernel = random.nextInt(1, x.size(2) + 1);
    int stride = random.nextInt(1, 3);
    boolean largest = random.nextBoolean();
    graph.add(
        largest ? "MaxPool" : "AveragePool",
        List.of(x.name()),
        with(x.sizes(), 2, (x.size(2) - kernel) / stride + 1),
        i -> {
          int from = i[2] * stride;
          DoubleStream window = Arrays.stream(line(x, with(i, 2, 0), 2), from, from + kernel);
          return (largest ? window.max() : window.average()).orElseThrow();
        },
        TestGraph.integers("kernel_shape", kernel),
        TestGraph.integers("strides", stride));
  }

  /** A recurrent layer over a value with three axes. */
  private void recur(Defined x) {
    if (x.rank() != 3) {
      return;
    }
    String kind = List.of("RNN", "LSTM", "GRU").get(random.nextInt(3));
    int directions = random.nextInt(1, 3);
    int hidden = random.nextInt(1, 4);
    boolean reverse = directions == 1 && random.nextBoolean();
    PlainRecurrence plain =
        new PlainRecurrence(kind, x.size(0), x.size(1), x.size(2), hidden, directions, reverse);
    int gates = plain.gates();
    Defined w = graph.source(directions, gates * hidden, x.size(2));
    Defined r = graph.source(directions, gates * hidden, hidden);
    Defined b = graph.source(directions, 2 * gates * hidden);
    plain.x = x.values();
    plain.w = w.values();
    plain.r = r.values();
    plain.b = b.values();
    plain.p = new double[directions * 3 * hidden];
    plain.h0 = new double[directions * x.size(1) * hidden];
    plain.c0 = plain.h0;
    plain.linearBeforeReset = kind.equals("GRU") && random.nextBoolean();
    plain.lengths = random.ints(x.size(1), 0, x.size(0) + 1).toArray();
    int each = kind.equals("LSTM") ? 3 : kind.equals("GRU") ? 2 : 1;
    plain.functions = new DoubleUnaryOperator[each * directions];
    for (int i = 0; i < plain.functions.length; i++) {
      plain.functions[i] = each > 1 && i % each == 0 ? RandomNodes::sigmoid : Math::tanh;
    }
    plain.run();
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(TestGraph.integer("hidden_size", hidden));
    attributes.add(
        TestGraph.text(
            "direction", directions == 2 ? "bidirectional" : reverse ? "reverse" : "forward"));
    if (plain.linearBeforeReset) {
      attributes.add(TestGraph.integer("linear_before_reset", 1));
    }
    String lengths = graph.newName();
    graph.graph.constant(
        lengths,
        OnnxTensor.of(
            ElementType.INT32,
            Arrays.stream(plain.lengths).asLongStream().toArray(),
            plain.lengths.length));
    int[] sizes = {x.size(0), directions, x.size(1), hidden};
    Defined y = new Defined("", sizes, plain.y);
    graph.add(
        kind,
        List.of(x.name(), w.name(), r.name(), b.name(), lengths),
        sizes,
        y::at,
        attributes.toArray(AttributeProto[]::new));
  }

  private void scatter(Defined x, int axis, int size) {
    List<Integer> places = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(places, random);
    int count = random.nextInt(1, size + 1);
    int[] sizes = with(x.sizes(), axis, count);
    Defined updates = graph.source(sizes);
    Defined index = Defined.of("", sizes, i -> places.get(i[axis]));
    String name =
        graph.integers(sizes, Arrays.stream(index.values()).mapToLong(it -> (long) it).toArray());
    graph.add(
        "ScatterElements",
        List.of(x.name(), name, updates.name()),
        x.sizes(),
        i -> {
          int place = places.indexOf(i[axis]);
          return place < count ? updates.at(with(i, axis, place)) : x.at(i);
        },
        TestGraph.integer("axis", axis));
  }

  /** A scan over the first axis, whose body also reads a value of the graph around it. */
  private void subgraph(Defined x) {
    if (x.rank() < 2) {
      return;
    }
    int[] row = Arrays.copyOfRange(x.sizes(), 1, x.rank());
    Object[] declared = Arrays.stream(row).boxed().toArray();
    String state = graph.newName();
    String element = graph.newName();
    String next = graph.newName();
    String out = graph.newName();
    TestGraph body = new TestGraph(RandomGraph.VERSION);
    body.input(state, ElementType.FLOAT32, declared).input(element, ElementType.FLOAT32, declared);
    String half = graph.scalar(0.5f);
    String scaled = graph.newName();
    body.node("Mul", List.of(state, half), List.of(scaled));
    body.node("Add", List.of(scaled, element), List.of(next));
    body.node("Tanh", List.of(next), List.of(out));
    body.output(next, declared).output(out, declared);
    Defined start = graph.source(row);
    int steps = x.size(0);
    double[] kept = start.values().clone();
    for (int t = 0; t < steps; t++) {
      for (int j = 0; j < kept.length; j++) {
        kept[j] = 0.5 * kept[j] + x.values()[t * kept.length + j];
      }
    }
    Defined last = new Defined("", row, kept);
    graph.add(
        "Scan",
        List.of(start.name(), x.name()),
        List.of(graph.newName()),
        row,
        last::at,
        TestGraph.body("body", body),
        TestGraph.integer("num_scan_inputs", 1));
  }
}
