package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.proto.TensorProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs that are almost chains: each is refused with a sentence, or is a chain. */
class HostileChainsTest {
  private static OnnxTensor ints(long... values) {
    return OnnxTensor.of(values, values.length);
  }

  private static OnnxTensor floats(int... sizes) {
    float[] values = new float[(int) OnnxTensor.count(sizes)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i + 1);
    }
    return OnnxTensor.of(values, sizes);
  }

  /** x [batch, time, 3] through a GRU of 2 units to its last state, squeezed, and a product. */
  private static TestGraph chain(String direction, AttributeProto... more) {
    TestGraph test = new TestGraph(13);
    test.input("x", ElementType.FLOAT32, "batch", "time", 3);
    test.constant("W", floats(1, 6, 3)).constant("R", floats(1, 6, 2)).constant("B", floats(1, 12));
    test.constant("front", ints(0)).constant("w", floats(2, 4)).constant("b", floats(4));
    test.node("Transpose", List.of("x"), List.of("xt"), TestGraph.integers("perm", 1, 0, 2));
    List<AttributeProto> all = new ArrayList<>(List.of(more));
    all.add(TestGraph.integer("hidden_size", 2));
    all.add(TestGraph.text("direction", direction));
    test.node(
        "GRU", List.of("xt", "W", "R", "B"), List.of("y", "h"), all.toArray(AttributeProto[]::new));
    test.node("Squeeze", List.of("h", "front"), List.of("last"));
    test.node("MatMul", List.of("last", "w"), List.of("m"));
    test.node("Add", List.of("m", "b"), List.of("out"));
    return test.output("out", "batch", 4);
  }

  @Test
  void theSampleIsAChain() {
    assertThat(chain("forward").load().chain().links().stream().map(it -> it.spec().name()))
        .containsExactly("recurrent", "dense");
  }

  private static Arguments replaced(String name, OnnxTensor tensor, String problem) {
    return change(
        name + " " + tensor.describe(),
        problem,
        test -> {
          for (int i = 0; i < test.graph.getInitializerCount(); i++) {
            if (test.graph.getInitializer(i).getName().equals(name)) {
              test.graph.setInitializer(i, TestGraph.proto(name, tensor));
            }
          }
        });
  }

  private static Arguments attribute(String node, AttributeProto attribute, String problem) {
    return change(
        node + "." + attribute.getName(),
        problem,
        test -> {
          for (int i = 0; i < test.graph.getNodeCount(); i++) {
            NodeProto.Builder changed = test.graph.getNodeBuilder(i);
            if (changed.getOpType().equals(node)) {
              List<AttributeProto> kept =
                  changed.getAttributeList().stream()
                      .filter(it -> !it.getName().equals(attribute.getName()))
                      .toList();
              changed.clearAttribute().addAllAttribute(kept).addAttribute(attribute);
            }
          }
        });
  }

  /** Puts a node before the product. */
  private static Arguments between(
      String operator, List<OnnxTensor> constants, String problem, AttributeProto... attributes) {
    return change(
        operator + " " + constants,
        problem,
        test -> {
          List<String> inputs = new ArrayList<>(List.of("last"));
          for (int i = 0; i < constants.size(); i++) {
            inputs.add("extra" + i);
            test.constant("extra" + i, constants.get(i));
          }
          test.node(operator, inputs, List.of("between"), attributes);
          for (int i = 0; i < test.graph.getNodeCount(); i++) {
            NodeProto.Builder changed = test.graph.getNodeBuilder(i);
            if (changed.getOpType().equals("MatMul")) {
              changed.setInput(0, "between");
            }
          }
        });
  }

  private static Arguments change(String what, String problem, Consumer<TestGraph> change) {
    return Arguments.of(what, problem, change);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        replaced("front", ints(-9), "axes [-9]"),
        replaced("front", ints(7), "axes [7]"),
        replaced("front", ints(0, 0), "axes [0, 0]"),
        replaced("front", ints(Long.MIN_VALUE), "axes"),
        replaced("W", floats(1, 6, 4), "reads 4 features where there are 3"),
        replaced("W", floats(6, 3), "other types or shapes"),
        replaced("W", floats(2, 6, 3), "other types or shapes"),
        replaced("R", floats(1, 9, 3), "other types or shapes"),
        replaced("R", floats(1, 0, 2), "other types or shapes"),
        replaced("B", floats(1, 6), "other types or shapes"),
        replaced("B", OnnxTensor.of(new double[12], 1, 12), "other types or shapes"),
        replaced("B", ints(1, 2), "other types or shapes"),
        replaced("w", floats(3, 4), "reads 3 features where there are 2"),
        replaced("w", floats(2, 4, 1), "product of features"),
        replaced("w", ints(1, 2), "product of features"),
        replaced("b", floats(4, 1), "other than the bias"),
        replaced("b", floats(1, 1, 4), "other than the bias"),
        replaced("b", floats(1), "other than the bias"),
        attribute("Transpose", TestGraph.integers("perm", 0, 0, 2), "order [0, 0, 2]"),
        attribute("Transpose", TestGraph.integers("perm", 0, 1, 9), "order [0, 1, 9]"),
        attribute("Transpose", TestGraph.integers("perm", 1, 0), "order [1, 0]"),
        attribute("Transpose", TestGraph.integers("perm", 2, 1, 0), "[time, batch, features]"),
        attribute("GRU", TestGraph.integer("hidden_size", 3), "other types or shapes"),
        attribute("GRU", TestGraph.text("direction", "bidirectional"), "other types or shapes"),
        attribute("GRU", TestGraph.real("clip", 1), "has a clip"),
        attribute(
            "GRU", TestGraph.words("activations", List.of("Tanh", "Tanh")), "other activations"),
        between("Unsqueeze", List.of(ints(-9)), "adds the axes [-9]"),
        between("Unsqueeze", List.of(ints(1, 1)), "adds the axes [1, 1]"),
        between("Gather", List.of(ints(0)), "index", TestGraph.integer("axis", 9)),
        between("Gather", List.of(ints(5)), "index"),
        between("Slice", List.of(ints(-1), ints(Long.MAX_VALUE), ints(99)), "last timestep"),
        between("Slice", List.of(ints(), ints(), ints()), "last timestep"),
        between("Reshape", List.of(ints(-1, 1)), "features"),
        between("Reshape", List.of(ints(-1)), "not understood"),
        between("Reshape", List.of(ints(1, 1, 1, -1, 2, 1)), "product of features"),
        between("Flatten", List.of(), "axis 9", TestGraph.integer("axis", 9)),
        between("Cast", List.of(), "changes the type", TestGraph.integer("to", 7)),
        between("Softmax", List.of(), "another axis", TestGraph.integer("axis", 0)),
        between("Softmax", List.of(), "another axis", TestGraph.integer("axis", 9)),
        between(
            "BatchNormalization",
            List.of(floats(2), floats(2), floats(3), floats(2)),
            "different sizes"),
        between(
            "BatchNormalization",
            List.of(floats(3), floats(3), floats(3), floats(3)),
            "normalises 3 features where there are 2"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void whatIsNotAChainIsRefused(String what, String problem, Consumer<TestGraph> change) {
    TestGraph test = chain("forward");
    change.accept(test);
    assertThatThrownBy(() -> test.load().chain())
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("is not a chain of layers")
        .hasMessageContaining(problem);
  }

  @Test
  void aStateOfAnotherPlaceIsNotTheCarry() {
    for (boolean swapped : new boolean[] {false, true}) {
      TestGraph test = new TestGraph(13);
      test.input("x", ElementType.FLOAT32, "time", "batch", 3);
      test.input("h_in", ElementType.FLOAT32, 1, "batch", 2);
      test.input("c_in", ElementType.FLOAT32, 1, "batch", 2);
      test.constant("W", floats(1, 8, 3)).constant("R", floats(1, 8, 2));
      test.node(
          "LSTM",
          List.of("x", "W", "R", "", "", swapped ? "c_in" : "h_in", swapped ? "h_in" : "c_in"),
          List.of("y", "h_out", "c_out"),
          TestGraph.integer("hidden_size", 2));
      test.constant("one", ints(1));
      test.node("Squeeze", List.of("y", "one"), List.of("out")).output("out", "time", "batch", 2);
      test.output("h_out", 1, "batch", 2).output("c_out", 1, "batch", 2);
      OnnxModel model = test.load();
      assertThat(OnnxStream.statesOf(model)).hasSize(2);
      if (swapped) {
        assertThatThrownBy(model::chain).hasMessageContaining("a state that is not its own");
      } else {
        assertThat(model.chain().links()).hasSize(1);
      }
    }
  }

  /** Every Concat doubles the paths to the zeros; each node is looked at once. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void zerosAreFoundInLinearTime() {
    TestGraph test = chain("forward");
    test.constant("hidden", ints(2)).constant("one", ints(1));
    test.node("Shape", List.of("x"), List.of("shape"));
    test.node("Gather", List.of("shape", "front"), List.of("rows"));
    test.node(
        "Concat", List.of("one", "rows", "hidden"), List.of("size"), TestGraph.integer("axis", 0));
    test.node("ConstantOfShape", List.of("size"), List.of("z0"));
    for (int n = 0; n < 60; n++) {
      test.node(
          "Concat",
          List.of("z" + n, "z" + n),
          List.of("z" + (n + 1)),
          TestGraph.integer("axis", 0));
    }
    for (int i = 0; i < test.graph.getNodeCount(); i++) {
      NodeProto.Builder changed = test.graph.getNodeBuilder(i);
      if (changed.getOpType().equals("GRU")) {
        changed.addInput("").addInput("z60");
      }
    }
    assertThat(test.load().chain().links()).hasSize(2);
  }

  /** Random damage to sizes, attributes and names never ends in an exception of Java. */
  @Test
  void damagedChainsGiveOneSentence() {
    Random random = new Random(3);
    Map<Boolean, Integer> counts = new LinkedHashMap<>();
    for (int n = 0; n < 2_000; n++) {
      TestGraph test = chain(random.nextBoolean() ? "forward" : "reverse");
      for (int k = 0; k <= n % 3; k++) {
        damage(test, random);
      }
      boolean refused = false;
      try {
        test.load().chain();
      } catch (OnnxException e) {
        assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("null");
        refused = true;
      }
      counts.merge(refused, 1, Integer::sum);
    }
    assertThat(counts.get(true)).isGreaterThan(500);
    assertThat(counts.get(false)).isGreaterThan(10);
  }

  private static void damage(TestGraph test, Random random) {
    long value = new long[] {-9, -2, -1, 0, 1, 2, 3, 7, Long.MAX_VALUE}[random.nextInt(9)];
    switch (random.nextInt(4)) {
      case 0 -> {
        TensorProto.Builder tensor =
            test.graph.getInitializerBuilder(random.nextInt(test.graph.getInitializerCount()));
        if (tensor.getInt64DataCount() > 0) {
          tensor.setInt64Data(0, value);
        } else {
          List<Long> dims = new ArrayList<>(tensor.getDimsList());
          java.util.Collections.shuffle(dims, random);
          tensor.clearDims().addAllDims(dims);
        }
      }
      case 1 -> {
        NodeProto.Builder node =
            test.graph.getNodeBuilder(random.nextInt(test.graph.getNodeCount()));
        if (node.getAttributeCount() > 0) {
          AttributeProto.Builder changed =
              node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
          if (changed.getIntsCount() > 0) {
            changed.setInts(random.nextInt(changed.getIntsCount()), value);
          } else {
            changed.setI(value);
          }
        }
      }
      case 2 -> {
        NodeProto.Builder node =
            test.graph.getNodeBuilder(random.nextInt(test.graph.getNodeCount()));
        node.setInput(
            random.nextInt(node.getInputCount()),
            List.of("", "x", "w", "front", "last").get(random.nextInt(5)));
      }
      default ->
          test.graph
              .getNodeBuilder(random.nextInt(test.graph.getNodeCount()))
              .setOpType(
                  List.of("Identity", "Flatten", "Gather", "Slice", "Unsqueeze", "LSTM")
                      .get(random.nextInt(6)));
    }
  }
}
