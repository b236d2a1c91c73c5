package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxChain;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which graphs are chains of our layers, and with what weights. */
class OnnxChainTest {
  private static float[] wave(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(1.3 * i + 0.5);
    }
    return values;
  }

  private static OnnxTensor scalar(long value) {
    return OnnxTensor.of(new long[] {value});
  }

  /** As PyTorch exports a batch-first LSTM whose last timestep goes to a linear layer. */
  private static TestGraph likePyTorch() {
    int hidden = 2;
    TestGraph test = new TestGraph(13);
    test.input("x", ElementType.FLOAT32, "batch", "time", 3);
    test.constant("W", OnnxTensor.of(wave(4 * hidden * 3), 1, 4 * hidden, 3));
    test.constant("R", OnnxTensor.of(wave(4 * hidden * hidden), 1, 4 * hidden, hidden));
    test.constant("B", OnnxTensor.of(wave(8 * hidden), 1, 8 * hidden));
    test.constant("zero", scalar(0)).constant("last", scalar(-1));
    test.constant("front", OnnxTensor.of(new long[] {0}, 1));
    test.constant("one", OnnxTensor.of(new long[] {1}, 1));
    test.constant("size", OnnxTensor.of(new long[] {hidden}, 1));
    test.node("Shape", List.of("x"), List.of("shape"));
    test.node("Gather", List.of("shape", "zero"), List.of("rows"));
    test.node("Unsqueeze", List.of("rows", "front"), List.of("rows1"));
    test.node(
        "Concat", List.of("one", "rows1", "size"), List.of("state"), TestGraph.integer("axis", 0));
    test.node("ConstantOfShape", List.of("state"), List.of("h0"));
    test.node("Transpose", List.of("x"), List.of("xt"), TestGraph.integers("perm", 1, 0, 2));
    test.node(
        "LSTM",
        List.of("xt", "W", "R", "B", "", "h0", "h0"),
        List.of("y", "hn", "cn"),
        TestGraph.integer("hidden_size", hidden));
    test.node("Squeeze", List.of("y", "one"), List.of("ys"));
    test.node("Transpose", List.of("ys"), List.of("yt"), TestGraph.integers("perm", 1, 0, 2));
    test.node("Gather", List.of("yt", "last"), List.of("end"), TestGraph.integer("axis", 1));
    test.constant("fc", OnnxTensor.of(wave(5 * hidden), 5, hidden));
    test.constant("bias", OnnxTensor.of(wave(5), 5));
    test.node(
        "Gemm", List.of("end", "fc", "bias"), List.of("logits"), TestGraph.integer("transB", 1));
    test.node("Softmax", List.of("logits"), List.of("p"), TestGraph.integer("axis", 1));
    return test.output("p", "batch", 5);
  }

  @Test
  void anExportOfPyTorchIsAChain() {
    OnnxChain chain = likePyTorch().load().chain();
    assertThat(chain.features()).isEqualTo(3);
    assertThat(chain.batchFirst()).isTrue();
    assertThat(chain.links().stream().map(link -> link.spec().name()).toList())
        .containsExactly("recurrent", "pool-time", "dense", "activation");
    float[] ours = chain.links().getFirst().weights().get("cell.W").floats();
    float[] theirs = wave(24);
    // ONNX's i o f c, [8, 3], is our i f g o, [3, 8]: f is ONNX's third gate.
    assertThat(ours[8 + 2]).isEqualTo(theirs[4 * 3 + 1]);
    assertThat(ours[2 * 8 + 7]).isEqualTo(theirs[3 * 3 + 2]);
    float[] b = chain.links().getFirst().weights().get("cell.b").floats();
    float[] both = wave(16);
    assertThat(b[4]).isEqualTo(both[6] + both[8 + 6]);
    assertThat(chain.links().get(2).weights().get("W").sizes()).containsExactly(2, 5);
  }

  @Test
  void weightsThatAreComputedFromConstantsAreFolded() {
    TestGraph test = new TestGraph(13);
    test.input("x", ElementType.FLOAT32, "time", "batch", 1);
    test.constant("a", OnnxTensor.of(wave(3), 3, 1))
        .constant("front", OnnxTensor.of(new long[] {0}, 1));
    test.node("Slice", List.of("a", "from", "to"), List.of("row"));
    test.constant("from", OnnxTensor.of(new long[] {1}, 1))
        .constant("to", OnnxTensor.of(new long[] {2}, 1));
    test.node("Unsqueeze", List.of("row", "front"), List.of("W"));
    test.node("RNN", List.of("x", "W", "W"), List.of("y"), TestGraph.integer("hidden_size", 1));
    test.constant("second", OnnxTensor.of(new long[] {1}, 1));
    test.node("Squeeze", List.of("y", "second"), List.of("z")).output("z");
    OnnxModel model = test.load();
    assertThat(model.nodesToRun()).isEqualTo(2);
    OnnxChain chain = model.chain();
    assertThat(chain.batchFirst()).isFalse();
    assertThat(chain.links().getFirst().weights().get("cell.W").floats())
        .containsExactly(wave(2)[1]);
  }

  @Test
  void whatIsNotAChainIsRefusedWithTheNode() {
    TestGraph branch = likePyTorch();
    branch.graph.clearOutput();
    branch.node("Add", List.of("p", "logits"), List.of("q")).output("q", "batch", 5);
    assertThatThrownBy(() -> branch.load().chain())
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("[Add] node 'the Add'")
        .hasMessageContaining("comporta onnx run")
        .hasMessageContaining("OnnxModel.load");
    TestGraph two = likePyTorch();
    two.input("other", ElementType.FLOAT32, 1);
    assertThatThrownBy(() -> two.load().chain()).hasMessageContaining("x and other");
  }
}
