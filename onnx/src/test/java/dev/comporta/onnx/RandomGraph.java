package dev.comporta.onnx;

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
import java.util.function.ToDoubleFunction;

/**
 * A random graph, and what each of its values is by definition. Some values are constants, so that
 * a part of each graph is folded when it is loaded, and not every value is an output, so that nodes
 * may be fused.
 */
final class RandomGraph {
  static final int VERSION = 17;

  private static final int NODES = 12;
  private static final int LARGEST = 600;
  private static final double HUGE = 1e3;

  final Random random;
  final TestGraph graph = new TestGraph(VERSION);
  final Map<String, OnnxValue> inputs = new LinkedHashMap<>();
  private final List<Defined> values = new ArrayList<>();
  private final List<Defined> outputs = new ArrayList<>();
  private int names;

  private RandomGraph(long seed) {
    random = new Random(seed);
  }

  /** The graph of a number. */
  static RandomGraph of(long seed) {
    RandomGraph made = new RandomGraph(seed);
    made.grow();
    return made;
  }

  private void grow() {
    values.add(source(shape()));
    values.add(source(shape()));
    RandomNodes nodes = new RandomNodes(this);
    RandomLayers layers = new RandomLayers(this);
    for (int tries = 0; outputs.size() < NODES && tries < 10 * NODES; tries++) {
      Defined x = any();
      if (random.nextInt(3) > 0) {
        nodes.add(x);
      } else {
        layers.add(x);
      }
      if (values.getLast().values().length > LARGEST) {
        break;
      }
    }
    Defined last = outputs.getLast();
    outputs.removeIf(value -> value != last && random.nextBoolean());
    outputs.forEach(value -> graph.output(value.name()));
  }

  /** The values that are outputs, in their order. */
  List<Defined> outputs() {
    return outputs;
  }

  private int[] shape() {
    return random.ints(random.nextInt(1, 4), 1, 5).toArray();
  }

  private Defined any() {
    return values.get(random.nextInt(values.size()));
  }

  String newName() {
    return "v" + names++;
  }

  /** Random numbers from -1 to 1, an input or a constant. */
  Defined source(int... sizes) {
    return source(-1, 1, sizes);
  }

  /** Random numbers of a range, an input or a constant. */
  Defined source(double least, double most, int... sizes) {
    String name = newName();
    float[] numbers = new float[(int) OnnxTensor.count(sizes)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (least + (most - least) * random.nextDouble());
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

  /** A constant of integers with one axis. */
  String integers(long... numbers) {
    return integers(new int[] {numbers.length}, numbers);
  }

  String integers(int[] sizes, long... numbers) {
    String name = newName();
    graph.constant(name, OnnxTensor.of(numbers, sizes));
    return name;
  }

  String scalar(float number) {
    String name = newName();
    graph.constant(name, OnnxTensor.of(new float[] {number}));
    return name;
  }

  /** A node whose result is used by another node only. */
  String inner(String operator, List<String> read, AttributeProto... attributes) {
    String name = newName();
    graph.node(operator, read, List.of(name), attributes);
    return name;
  }

  void add(
      String operator,
      List<String> read,
      int[] sizes,
      ToDoubleFunction<int[]> element,
      AttributeProto... attributes) {
    add(operator, read, List.of(), sizes, element, attributes);
  }

  /**
   * Adds a node with one more value, unless its numbers would be too large to compare; its other
   * outputs have the given names.
   */
  void add(
      String operator,
      List<String> read,
      List<String> others,
      int[] sizes,
      ToDoubleFunction<int[]> element,
      AttributeProto... attributes) {
    Defined value = Defined.of(newName(), sizes, element);
    if (!value.all(number -> Math.abs(number) < HUGE)) {
      return;
    }
    List<String> written = new ArrayList<>(List.of(value.name()));
    written.addAll(others);
    graph.node(operator, read, written, attributes);
    values.add(value);
    outputs.add(value);
  }
}
