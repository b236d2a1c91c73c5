package dev.comporta.benchmarks.peers.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.benchmarks.graphs.GraphRun;
import dev.comporta.benchmarks.peers.onnxruntime.OnnxGraphs;
import dev.comporta.onnx.proto.GraphProto;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.NodeProto;
import dev.comporta.onnx.proto.OperatorSetIdProto;
import dev.comporta.onnx.proto.TypeProto;
import dev.comporta.onnx.proto.ValueInfoProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors of all types go to ONNX Runtime and come back; states are fed back. */
class OnnxGraphsTest {
  private static ValueInfoProto port(String name, ElementType type) {
    TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder().setElemType(type.number()).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static byte[] model(String operator, ElementType type) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).addInput("x").addOutput("y");
    GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    graph.addInput(port("x", type));
    if (operator.equals("Add")) {
      node.addInput("s");
      graph.addInput(port("s", type));
    }
    graph.addNode(node).addOutput(port("y", type));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(14))
        .build()
        .toByteArray();
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeComesBackAsItWas(ElementType type) {
    int[] sizes = {2, 1, 2};
    OnnxTensor given =
        switch (type.storage()) {
          case FLOATS -> OnnxTensor.of(type, new float[] {0, -1.5f, 2, 0.25f}, sizes);
          case DOUBLES -> OnnxTensor.of(new double[] {0, -1.5, 1e-300, 0.1}, sizes);
          case STRINGS -> OnnxTensor.of(new String[] {"", "a", "\u00e9", "two words"}, sizes);
          case LONGS -> OnnxTensor.of(type, new long[] {0, 1, type.wrap(-1), 1}, sizes);
        };
    try (GraphRun run = new OnnxGraphs().open(model("Identity", type), 1)) {
      boolean unsigned =
          type == ElementType.UINT16 || type == ElementType.UINT32 || type == ElementType.UINT64;
      if (unsigned) {
        assertThatThrownBy(() -> run.run(Map.of("x", given)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(type.word());
        return;
      }
      OnnxTensor found = run.run(Map.of("x", given)).get("y");
      assertThat(found.type()).isEqualTo(type);
      assertThat(found.sizes()).containsExactly(sizes);
      assertThat(found.data()).isEqualTo(given.data());
    }
  }

  @Test
  void statesAreFedBack() {
    try (GraphRun run = new OnnxGraphs().open(model("Add", ElementType.FLOAT32), 1)) {
      Map<String, OnnxTensor> given =
          Map.of(
              "x", OnnxTensor.of(new float[] {1, 2}, 2),
              "s", OnnxTensor.of(new float[] {0, 0}, 2));
      assertThat(run.run(given).get("y").floats()).containsExactly(1, 2);
      run.prepare(given, Map.of("s", "y"));
      for (int i = 0; i < 3; i++) {
        run.execute();
      }
      assertThat(run.run(given).get("y").floats()).containsExactly(1, 2);
    }
  }

  @Test
  void whatOnnxRuntimeRefusesIsSaid() {
    assertThatThrownBy(() -> new OnnxGraphs().open(new byte[] {1, 2, 3}, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("[onnxruntime] ");
    assertThatThrownBy(() -> new OnnxGraphs().open(model("NoSuchOperator", ElementType.FLOAT32), 1))
        .hasMessageContaining("NoSuchOperator");
  }
}
