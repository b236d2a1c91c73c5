package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.onnx.proto.AttributeProto;
import dev.comporta.onnx.proto.FunctionProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.proto.OperatorSetIdProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.testkit.Allocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Loading a file takes no more memory and time than its length explains. */
class HostileSizesTest {
  private static final int WIDE = 1 << 24;

  private static OnnxTensor empty(int... sizes) {
    return OnnxTensor.of(new float[0], sizes);
  }

  private static FunctionProto function(TestGraph body) {
    return FunctionProto.newBuilder()
        .setName("Again")
        .setDomain("local")
        .addOutput("out")
        .addAllNode(body.graph.getNodeList())
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(16))
        .build();
  }

  private static byte[] calls(int count, TestGraph body) {
    TestGraph test = new TestGraph(16);
    List<String> names = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      names.add("y" + n);
      test.graph.addNode(
          NodeProto.newBuilder().setOpType("Again").setDomain("local").addOutput("y" + n));
    }
    test.node("Sum", names, List.of("y")).output("y");
    ModelProto.Builder model = test.model().addFunctions(function(body));
    return model
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1))
        .build()
        .toByteArray();
  }

  private static OnnxModel load(byte[] bytes) {
    return OnnxModel.load(
        "the test's graph", bytes, TestGraph.BACKEND, dev.comporta.api.tensor.Workers.ALONE);
  }

  /** A function's body may never end: nothing of it runs while the file is loaded. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFunctionIsNotRunWhenItIsLoaded() {
    TestGraph forever = new TestGraph(16);
    forever.input("i", ElementType.INT64).input("go", ElementType.BOOL);
    forever.input("h", ElementType.FLOAT32);
    forever.node("Identity", List.of("go"), List.of("on"));
    forever.node("Identity", List.of("h"), List.of("next"));
    forever.output("on").output("next");
    TestGraph body = new TestGraph(16);
    AttributeProto one = TestGraph.tensor("value", OnnxTensor.of(new float[] {1}, 1));
    AttributeProto yes =
        TestGraph.tensor("value", OnnxTensor.of(ElementType.BOOL, new long[] {1}, new int[0]));
    body.node("Constant", List.of(), List.of("h0"), one);
    body.node("Constant", List.of(), List.of("yes"), yes);
    body.node("Loop", List.of("", "yes", "h0"), List.of("out"), TestGraph.body("body", forever));
    assertThat(load(calls(1, body)).nodesToRun()).isEqualTo(2);
  }

  @Test
  void theConstantsOfAFunctionAreDecodedOnce() {
    TestGraph body = new TestGraph(16);
    AttributeProto big = TestGraph.tensor("value", OnnxTensor.of(new float[1 << 16], 1 << 16));
    body.node("Constant", List.of(), List.of("out"), big);
    byte[] bytes = calls(400, body);
    assertThat(load(bytes).run(Map.of()).get("y").describe()).isEqualTo("float32 [65536]");
    assertThat(Allocation.least(8 << 20, 4, () -> load(bytes))).isLessThan(24 << 20);
  }

  static Stream<Arguments> emptyTensors() {
    OnnxTensor x = empty(0, WIDE);
    return Stream.of(
        Arguments.of("ReduceSum", List.of(x, OnnxTensor.of(new long[] {0}, 1))),
        Arguments.of("ReduceMax", List.of(x)),
        Arguments.of("ArgMax", List.of(empty(WIDE, 0))),
        Arguments.of("SplitToSequence", List.of(empty(WIDE, 0))),
        Arguments.of(
            "Expand",
            List.of(OnnxTensor.of(new float[] {1}, 1), OnnxTensor.of(new long[] {WIDE}, 1))),
        Arguments.of(
            "LSTM",
            List.of(
                empty(0, WIDE, 1),
                OnnxTensor.of(new float[4], 1, 4, 1),
                OnnxTensor.of(new float[4], 1, 4, 1))),
        Arguments.of(
            "ConvTranspose", List.of(empty(0, 1, WIDE), OnnxTensor.of(new float[3], 1, 1, 3))),
        Arguments.of("MaxPool", List.of(empty(0, 1, WIDE))),
        Arguments.of("Tile", List.of(x, OnnxTensor.of(new long[] {1, 64}, 2))),
        Arguments.of("MatMul", List.of(empty(WIDE, 0), empty(0, 64))));
  }

  @ParameterizedTest
  @MethodSource("emptyTensors")
  void anEmptyTensorMakesNoLargeOne(String operator, List<OnnxTensor> inputs) {
    TestGraph test = new TestGraph(18);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      names.add("c" + i);
      test.constant("c" + i, inputs.get(i));
    }
    AttributeProto[] attributes =
        operator.equals("MaxPool")
            ? new AttributeProto[] {TestGraph.integers("kernel_shape", 3)}
            : new AttributeProto[0];
    test.node(operator, names, List.of("y"), attributes).output("y");
    byte[] bytes = test.bytes();
    assertThat(Allocation.least(1 << 20, 4, () -> load(bytes))).isLessThan(8 << 20);
  }

  @Test
  void sizesAroundAnEmptyAxisAreBounded() {
    assertThat(OnnxTensor.count(0, WIDE)).isZero();
    assertThat(OnnxTensor.count(0, WIDE, 2)).isEqualTo(-1);
    assertThat(OnnxTensor.count(Integer.MAX_VALUE, 0)).isEqualTo(-1);
    TestGraph test = new TestGraph(16);
    test.graph.addInitializer(
        dev.comporta.onnx.proto.TensorProto.newBuilder()
            .setName("w")
            .setDataType(1)
            .addDims(0)
            .addDims(1 << 30));
    test.node("Neg", List.of("w"), List.of("y")).output("y");
    assertThatThrownBy(test::load)
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("[0, 1073741824]");
  }

  @Test
  void moreGroupsThanFiltersAreRefused() {
    for (String operator : List.of("Conv", "ConvTranspose")) {
      assertThatThrownBy(() ->
              TestGraph.one(
                  16,
                  operator,
                  List.of(empty(1, 0, 2), empty(0, 0, 1)),
                  TestGraph.integer("group", Integer.MAX_VALUE)))
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("filters");
    }
  }
}
