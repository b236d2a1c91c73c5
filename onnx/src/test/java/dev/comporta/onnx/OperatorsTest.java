package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Operators by small examples, and what changed between operator sets. */
class OperatorsTest {
  private static OnnxTensor floats(float[] values, int... sizes) {
    return OnnxTensor.of(values, sizes);
  }

  private static OnnxTensor longs(long... values) {
    return OnnxTensor.of(values, values.length);
  }

  private static float[] random(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void axesMoveFromAnAttributeToAnInput() {
    OnnxTensor x = floats(new float[] {1, 2, 3}, 1, 3, 1);
    assertThat(TestGraph.one(12, "Squeeze", List.of(x), TestGraph.integers("axes", 0)).sizes())
        .containsExactly(3, 1);
    assertThat(TestGraph.one(13, "Squeeze", List.of(x, longs(-1))).sizes()).containsExactly(1, 3);
    assertThat(TestGraph.one(13, "Squeeze", List.of(x)).sizes()).containsExactly(3);
    assertThat(TestGraph.one(11, "Unsqueeze", List.of(x), TestGraph.integers("axes", 1)).sizes())
        .containsExactly(1, 1, 3, 1);
    assertThat(TestGraph.one(13, "Unsqueeze", List.of(x, longs(0, 4))).sizes())
        .containsExactly(1, 1, 3, 1, 1);
    assertThat(
            TestGraph.one(
                    11,
                    "ReduceSum",
                    List.of(x),
                    TestGraph.integers("axes", 1),
                    TestGraph.integer("keepdims", 0))
                .floats())
        .containsExactly(6);
    assertThat(TestGraph.one(13, "ReduceSum", List.of(x, longs(1))).sizes())
        .containsExactly(1, 1, 1);
  }

  @Test
  void splitSliceClipAndPadChangeWithTheOperatorSet() {
    OnnxTensor x = floats(new float[] {1, 2, 3, 4, 5, 6}, 6);
    List<OnnxValue> old =
        TestGraph.run(11, "Split", List.of(x), 2, TestGraph.integers("split", 2, 4));
    List<OnnxValue> now = TestGraph.run(13, "Split", List.of(x, longs(2, 4)), 2);
    List<OnnxValue> even =
        TestGraph.run(18, "Split", List.of(x), 4, TestGraph.integer("num_outputs", 4));
    assertThat(((OnnxTensor) old.get(1)).floats()).containsExactly(3, 4, 5, 6);
    assertThat(((OnnxTensor) now.get(0)).floats()).containsExactly(1, 2);
    assertThat(((OnnxTensor) even.get(3)).count()).isZero();
    assertThat(
            TestGraph.one(
                    9,
                    "Slice",
                    List.of(x),
                    TestGraph.integers("starts", -2),
                    TestGraph.integers("ends", 99))
                .floats())
        .containsExactly(5, 6);
    assertThat(
            TestGraph.one(13, "Slice", List.of(x, longs(-1), longs(-100), longs(0), longs(-2)))
                .floats())
        .containsExactly(6, 4, 2);
    assertThat(
            TestGraph.one(7, "Clip", List.of(x), TestGraph.real("min", 2), TestGraph.real("max", 3))
                .floats())
        .containsExactly(2, 2, 3, 3, 3, 3);
    assertThat(
            TestGraph.one(13, "Clip", java.util.Arrays.asList(x, null, floats(new float[] {4})))
                .floats())
        .containsExactly(1, 2, 3, 4, 4, 4);
    assertThat(
            TestGraph.one(
                    7,
                    "Pad",
                    List.of(x),
                    TestGraph.integers("pads", 1, -4),
                    TestGraph.real("value", 9))
                .floats())
        .containsExactly(9, 1, 2);
    assertThat(
            TestGraph.one(
                    13,
                    "Pad",
                    List.of(floats(new float[] {1, 2, 3}, 3), longs(2, 2)),
                    TestGraph.text("mode", "reflect"))
                .floats())
        .containsExactly(3, 2, 1, 2, 3, 2, 1);
  }

  @Test
  void softmaxIsOverAMatrixBeforeThirteenAndOverAnAxisSince() {
    OnnxTensor x = floats(random(1, 12), 2, 3, 2);
    OnnxTensor old = TestGraph.one(11, "Softmax", List.of(x), TestGraph.integer("axis", 1));
    OnnxTensor now = TestGraph.one(13, "Softmax", List.of(x), TestGraph.integer("axis", 1));
    double sumOld = 0;
    double sumNow = 0;
    for (int i = 0; i < 6; i++) {
      sumOld += old.floats()[i];
      sumNow += now.floats()[i];
    }
    assertThat(sumOld).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(sumNow).isCloseTo(2, org.assertj.core.data.Offset.offset(1e-6));
    for (int k = 0; k < 2; k++) {
      double denominator = 0;
      for (int j = 0; j < 3; j++) {
        denominator += Math.exp(x.floats()[2 * j + k]);
      }
      assertThat((double) now.floats()[k])
          .isCloseTo(
              Math.exp(x.floats()[k]) / denominator, org.assertj.core.data.Offset.offset(1e-6));
    }
  }

  @Test
  void broadcastingAgreesWithIndexArithmetic() {
    int[][] shapes = {{2, 3, 4}, {4}, {3, 1}, {2, 1, 4}, {1}, {}, {2, 3, 1}, {1, 3, 4}};
    for (int[] a : shapes) {
      for (int[] b : shapes) {
        OnnxTensor x = floats(random(2, count(a)), a);
        OnnxTensor y = floats(random(3, count(b)), b);
        OnnxTensor z = TestGraph.one(14, "Sub", List.of(x, y));
        int[] out = z.sizes();
        for (int i = 0; i < z.count(); i++) {
          float expected = x.floats()[at(i, out, a)] - y.floats()[at(i, out, b)];
          assertThat(z.floats()[i]).isEqualTo(expected);
        }
      }
    }
  }

  private static int count(int[] sizes) {
    int count = 1;
    for (int size : sizes) {
      count *= size;
    }
    return count;
  }

  /** The element of a smaller shape that an element of the result reads. */
  private static int at(int index, int[] out, int[] own) {
    int at = 0;
    int stride = 1;
    int rest = index;
    for (int axis = out.length - 1; axis >= 0; axis--) {
      int here = rest % out[axis];
      rest /= out[axis];
      int mine = axis - out.length + own.length;
      if (mine >= 0) {
        at += own[mine] == 1 ? 0 : here * stride;
        stride *= own[mine];
      }
    }
    return at;
  }

  @Test
  void convolutionsAgreeWithTheirSums() {
    for (int group : new int[] {1, 2, 4}) {
      int stride = 2;
      int dilation = 2;
      OnnxTensor x = floats(random(4, 2 * 4 * 5 * 9), 2, 4, 5, 9);
      OnnxTensor w = floats(random(5, 4 * (4 / group) * 2 * 3), 4, 4 / group, 2, 3);
      OnnxTensor b = floats(random(6, 4), 4);
      OnnxTensor y =
          TestGraph.one(
              11,
              "Conv",
              List.of(x, w, b),
              TestGraph.integers("strides", 1, stride),
              TestGraph.integers("dilations", 1, dilation),
              TestGraph.integers("pads", 1, 2, 0, 1),
              TestGraph.integer("group", group));
      int height = y.size(2);
      int width = y.size(3);
      for (int i = 0; i < y.count(); i++) {
        int q = i % width;
        int p = i / width % height;
        int f = i / width / height % 4;
        int n = i / width / height / 4;
        double sum = b.floats()[f];
        for (int c = 0; c < 4 / group; c++) {
          for (int k = 0; k < 2; k++) {
            for (int l = 0; l < 3; l++) {
              int row = p + k - 1;
              int column = q * stride + l * dilation - 2;
              if (row >= 0 && row < 5 && column >= 0 && column < 9) {
                int channel = f / (4 / group) * (4 / group) + c;
                sum +=
                    x.floats()[((n * 4 + channel) * 5 + row) * 9 + column]
                        * w.floats()[((f * (4 / group) + c) * 2 + k) * 3 + l];
              }
            }
          }
        }
        assertThat((double) y.floats()[i])
            .isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-4));
      }
    }
  }

  /** The transposed convolution is the adjoint: (conv x) . y = x . (transposed y). */
  @Test
  void theTransposedConvolutionIsTheAdjoint() {
    OnnxTensor w = floats(random(7, 6 * 2 * 3), 6, 2, 3);
    OnnxTensor x = floats(random(8, 4 * 11), 1, 4, 11);
    var stride = TestGraph.integers("strides", 2);
    var pads = TestGraph.integers("pads", 1, 1);
    var group = TestGraph.integer("group", 2);
    OnnxTensor y = TestGraph.one(11, "Conv", List.of(x, w), stride, pads, group);
    OnnxTensor z = floats(random(9, y.count()), y.sizes());
    OnnxTensor back = TestGraph.one(11, "ConvTranspose", List.of(z, w), stride, pads, group);
    assertThat(back.sizes()).containsExactly(x.sizes());
    double left = 0;
    double right = 0;
    for (int i = 0; i < y.count(); i++) {
      left += y.floats()[i] * z.floats()[i];
    }
    for (int i = 0; i < x.count(); i++) {
      right += x.floats()[i] * back.floats()[i];
    }
    assertThat(left).isCloseTo(right, org.assertj.core.data.Offset.offset(1e-4));
  }

  /** Products in float32 against the definition, which other types use, in float64. */
  @Test
  void theTransposedConvolutionIsTheOneInDouble() {
    for (int taps : new int[] {0, 1, 4}) {
      float[] x = random(20, 2 * 6 * 5);
      float[] w = random(21, 6 * 2 * taps);
      float[] bias = random(22, 4);
      var attributes =
          new AttributeProto[] {
            TestGraph.integers("strides", 3),
            TestGraph.integers("output_padding", 1),
            TestGraph.integers("pads", taps / 4, taps / 2),
            TestGraph.integer("group", 2)
          };
      List<OnnxTensor> single = List.of(floats(x, 2, 6, 5), floats(w, 6, 2, taps), floats(bias, 4));
      List<OnnxTensor> exact =
          List.of(doubles(x, 2, 6, 5), doubles(w, 6, 2, taps), doubles(bias, 4));
      OnnxTensor y = TestGraph.one(11, "ConvTranspose", single, attributes);
      OnnxTensor expected = TestGraph.one(11, "ConvTranspose", exact, attributes);
      assertThat(y.sizes()).containsExactly(expected.sizes());
      assertThat(y.count()).isPositive();
      for (int i = 0; i < y.count(); i++) {
        assertThat((double) y.floats()[i])
            .isCloseTo(expected.doubles()[i], org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  private static OnnxTensor doubles(float[] values, int... sizes) {
    double[] exact = new double[values.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = values[i];
    }
    return OnnxTensor.of(exact, sizes);
  }

  @Test
  void aLoopAndAScanOfAnRnnAreTheOperator() {
    int steps = 5;
    int hidden = 3;
    OnnxTensor x = floats(random(10, steps * 2 * hidden), steps, 2, hidden);
    OnnxTensor r = floats(random(11, hidden * hidden), hidden, hidden);
    OnnxTensor h = floats(new float[2 * hidden], 2, hidden);
    TestGraph step = new TestGraph(16);
    step.input("h", ElementType.FLOAT32).input("x_t", ElementType.FLOAT32);
    step.node("MatMul", List.of("h", "R"), List.of("hr"));
    step.node("Add", List.of("hr", "x_t"), List.of("a"));
    step.node("Tanh", List.of("a"), List.of("h_next"))
        .node("Identity", List.of("h_next"), List.of("y_t"));
    step.output("h_next").output("y_t");
    TestGraph scan = new TestGraph(16);
    scan.input("x", ElementType.FLOAT32).input("h0", ElementType.FLOAT32).constant("R", r);
    scan.node(
        "Scan",
        List.of("h0", "x"),
        List.of("last", "y"),
        TestGraph.body("body", step),
        TestGraph.integer("num_scan_inputs", 1));
    scan.output("last").output("y");

    TestGraph body = new TestGraph(16);
    body.input("i", ElementType.INT64)
        .input("go", ElementType.BOOL)
        .input("h", ElementType.FLOAT32);
    body.node("Gather", List.of("x", "i"), List.of("x_t"));
    body.node("MatMul", List.of("h", "R"), List.of("hr"))
        .node("Add", List.of("hr", "x_t"), List.of("a"));
    body.node("Tanh", List.of("a"), List.of("h_next"))
        .node("Identity", List.of("go"), List.of("on"));
    body.node("Identity", List.of("h_next"), List.of("y_t"));
    body.output("on").output("h_next").output("y_t");
    TestGraph loop = new TestGraph(16);
    loop.input("x", ElementType.FLOAT32).input("h0", ElementType.FLOAT32).constant("R", r);
    loop.node("Shape", List.of("x"), List.of("s"), TestGraph.integer("end", 1))
        .node("Squeeze", List.of("s"), List.of("T"));
    loop.node("Loop", List.of("T", "", "h0"), List.of("last", "y"), TestGraph.body("body", body));
    loop.output("last").output("y");

    Map<String, OnnxTensor> inputs = Map.of("x", x, "h0", h);
    Map<String, OnnxValue> scanned = scan.load().run(inputs);
    Map<String, OnnxValue> looped = loop.load().run(inputs);
    float[] identity = new float[hidden * hidden];
    float[] turned = new float[hidden * hidden];
    for (int i = 0; i < hidden; i++) {
      identity[i * hidden + i] = 1;
      for (int j = 0; j < hidden; j++) {
        turned[j * hidden + i] = r.floats()[i * hidden + j];
      }
    }
    OnnxTensor y =
        TestGraph.one(
            14,
            "RNN",
            List.of(x, floats(identity, 1, hidden, hidden), floats(turned, 1, hidden, hidden)),
            TestGraph.integer("hidden_size", hidden));
    for (Map<String, OnnxValue> outputs : List.of(scanned, looped)) {
      OnnxTensor found = (OnnxTensor) outputs.get("y");
      assertThat(found.sizes()).containsExactly(steps, 2, hidden);
      for (int i = 0; i < y.count(); i++) {
        assertThat(found.floats()[i])
            .isCloseTo(y.floats()[i], org.assertj.core.data.Offset.offset(1e-6f));
      }
    }
  }

  @Test
  void halfPrecisionIsRoundedAfterEachNode() {
    OnnxTensor x = OnnxTensor.of(ElementType.FLOAT16, new float[] {2048}, 1);
    OnnxTensor y = OnnxTensor.of(ElementType.FLOAT16, new float[] {1}, 1);
    assertThat(TestGraph.one(14, "Add", List.of(x, y)).floats()).containsExactly(2048);
    OnnxTensor z = OnnxTensor.of(ElementType.BFLOAT16, new float[] {256}, 1);
    OnnxTensor one = OnnxTensor.of(ElementType.BFLOAT16, new float[] {1}, 1);
    assertThat(TestGraph.one(14, "Add", List.of(z, one)).floats()).containsExactly(256);
  }

  @Test
  void whatIsNotSupportedIsRefusedWithTheNode() {
    OnnxTensor x = floats(new float[] {1}, 1);
    for (String operator : List.of("Multinomial", "RandomNormal", "RandomNormalLike")) {
      assertThatThrownBy(() -> TestGraph.one(14, operator, List.of(x)))
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("node 'the " + operator + "'")
          .hasMessageContaining("random");
    }
    assertThatThrownBy(() -> TestGraph.one(14, "MyOwn", List.of(x)))
        .hasMessageContaining("[MyOwn] node 'the MyOwn'")
        .hasMessageContaining("not supported");
    assertThatThrownBy(() -> TestGraph.one(5, "Add", List.of(x, x)))
        .hasMessageContaining("operator set 5")
        .hasMessageContaining("7 to");
    assertThatThrownBy(() -> TestGraph.one(14, "Div", List.of(longs(1), longs(0))))
        .hasMessageContaining("divides an integer by zero");
  }
}
