package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Workers;
import dev.comporta.onnx.proto.ModelProto;
import dev.comporta.onnx.proto.StringStringEntryProto;
import dev.comporta.onnx.proto.TensorProto;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.testkit.Allocation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and malicious files: one sentence, no memory that the file does not explain. */
class HostileModelsTest {
  private static final int FLIPS = 1_500;

  @TempDir private Path folder;

  private static OnnxModel load(byte[] bytes) {
    return OnnxModel.load("the test's graph", bytes, TestGraph.BACKEND, Workers.ALONE);
  }

  private static TestGraph sample() {
    TestGraph body = new TestGraph(16);
    body.input("i", ElementType.INT64)
        .input("go", ElementType.BOOL)
        .input("h", ElementType.FLOAT32);
    body.node("Add", List.of("h", "w"), List.of("next"))
        .node("Identity", List.of("go"), List.of("on"));
    body.output("on").output("next");
    TestGraph test = new TestGraph(16);
    test.input("x", ElementType.FLOAT32, "batch", 3);
    test.constant("w", OnnxTensor.of(new float[] {1, 2, 3}, 3));
    test.constant("shape", OnnxTensor.of(new long[] {2, 3}, 2));
    test.node("ConstantOfShape", List.of("shape"), List.of("zeros"));
    test.node("Add", List.of("zeros", "w"), List.of("sum"));
    test.constant("count", OnnxTensor.of(new long[] {2}));
    test.node("Loop", List.of("count", "", "x"), List.of("y"), TestGraph.body("body", body));
    test.node("MatMul", List.of("y", "t"), List.of("z"));
    test.node("Transpose", List.of("sum"), List.of("t"));
    test.output("z");
    return test;
  }

  @Test
  void theSampleRuns() {
    OnnxTensor z =
        (OnnxTensor) sample().load().run(Map.of("x", OnnxTensor.of(new float[3], 1, 3))).get("z");
    assertThat(z.floats()).containsExactly(28, 28);
  }

  @Test
  void flippedAndCutBytesGiveOneSentence() {
    byte[] good = sample().bytes();
    Random random = new Random(1);
    int refused = 0;
    for (int n = 0; n < FLIPS; n++) {
      byte[] bad = n % 5 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
      for (int k = 0; k <= n % 3 && bad.length > 0; k++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      String[] message = new String[1];
      long allocated = Allocation.least(0, 1, () -> message[0] = messageOf(bad));
      assertThat(allocated).as("memory for damaged file %d", n).isLessThan(16 << 20);
      if (message[0] != null) {
        assertThat(message[0])
            .hasSizeLessThan(2_100)
            .doesNotContain("\n")
            .doesNotContain("null")
            .containsAnyOf("the test's graph", "] node ", "output ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(FLIPS / 4);
  }

  /** What a file is refused with when it is loaded, searched for a chain and run; or null. */
  private static String messageOf(byte[] bytes) {
    try {
      OnnxModel model = load(bytes);
      OnnxStream.statesOf(model);
      if (model.inputs().size() == 1 && !model.operators().containsKey("Loop")) {
        model.run(Map.of(model.inputs().getFirst().name(), OnnxTensor.of(new float[3], 1, 3)));
      }
      model.chain();
      return null;
    } catch (ComportaException e) {
      return e.getMessage();
    }
  }

  @Test
  void aClaimedSizeAllocatesNothing() {
    for (long size : new long[] {1L << 29, Long.MAX_VALUE, -1}) {
      TestGraph test = new TestGraph(16);
      test.graph.addInitializer(
          TensorProto.newBuilder().setName("w").setDataType(1).addDims(size).addFloatData(1));
      test.node("Identity", List.of("w"), List.of("y")).output("y");
      byte[] bytes = test.bytes();
      long allocated =
          Allocation.least(
              1 << 20,
              4,
              () ->
                  assertThatThrownBy(() -> load(bytes))
                      .isInstanceOf(OnnxException.class)
                      .hasMessageContaining("tensor 'w'"));
      assertThat(allocated).isLessThan(8 << 20);
    }
    TestGraph huge = new TestGraph(16);
    huge.constant("shape", OnnxTensor.of(new long[] {1 << 14, 1 << 14}, 2));
    huge.node("ConstantOfShape", List.of("shape"), List.of("zeros"));
    huge.node("ReduceSum", List.of("zeros"), List.of("y")).output("y");
    byte[] bytes = huge.bytes();
    assertThat(Allocation.least(1 << 20, 4, () -> load(bytes))).isLessThan(8 << 20);
  }

  @Test
  void subgraphsCyclesAndUnknownNamesAreBounded() {
    TestGraph deep = new TestGraph(16);
    deep.node("Identity", List.of("x"), List.of("y")).output("y");
    for (int depth = 0; depth < 60; depth++) {
      TestGraph outer = new TestGraph(16);
      outer.node("If", List.of("c"), List.of("y"), TestGraph.body("then_branch", deep));
      outer.output("y");
      deep = outer;
    }
    byte[] nested = deep.bytes();
    assertThatThrownBy(() -> load(nested))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("too many levels of nesting");

    TestGraph cycle = new TestGraph(16);
    cycle
        .node("Neg", List.of("a"), List.of("b"))
        .node("Abs", List.of("b"), List.of("a"))
        .output("a");
    assertThatThrownBy(cycle::load).hasMessageContaining("cycle");

    TestGraph unknown = new TestGraph(16);
    unknown.node("Neg", List.of("nowhere"), List.of("b")).output("b");
    assertThatThrownBy(unknown::load)
        .hasMessageContaining("node 'the Neg'")
        .hasMessageContaining("'nowhere'");
  }

  private byte[] external(String location, long offset, long length) {
    TestGraph test = new TestGraph(16);
    TensorProto.Builder w =
        TensorProto.newBuilder().setName("w").setDataType(1).addDims(2).setDataLocation(1);
    w.addExternalData(entry("location", location));
    w.addExternalData(entry("offset", Long.toString(offset)));
    w.addExternalData(entry("length", Long.toString(length)));
    test.graph.addInitializer(w);
    test.node("Neg", List.of("w"), List.of("y")).output("y");
    return test.bytes();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private OnnxModel open(byte[] bytes) throws Exception {
    Path inside = Files.createDirectories(folder.resolve("model"));
    return OnnxModel.load(
        Files.write(inside.resolve("m.onnx"), bytes), TestGraph.BACKEND, Workers.ALONE);
  }

  @Test
  void externalDataStayInTheFolder() throws Exception {
    byte[] data =
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(0)
            .putFloat(3)
            .putFloat(4)
            .array();
    Path inside = Files.createDirectories(folder.resolve("model"));
    Files.write(inside.resolve("w.bin"), data);
    Files.write(folder.resolve("outside.bin"), data);
    OnnxTensor y = (OnnxTensor) open(external("w.bin", 4, 8)).run(Map.of()).get("y");
    assertThat(y.floats()).containsExactly(-3, -4);
    for (String location :
        List.of("../outside.bin", folder.resolve("outside.bin").toString(), "", "no.bin", "a\0b")) {
      assertThatThrownBy(() -> open(external(location, 0, 8)))
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("inside the model's folder");
    }
    Files.createSymbolicLink(inside.resolve("link.bin"), folder.resolve("outside.bin"));
    assertThatThrownBy(() -> open(external("link.bin", 0, 8)))
        .hasMessageContaining("inside the model's folder");
    assertThatThrownBy(() -> open(external("w.bin", 8, 8))).hasMessageContaining("truncated");
    assertThatThrownBy(() -> open(external("w.bin", -1, 8))).hasMessageContaining("negative");
    assertThatThrownBy(() -> load(external("w.bin", 0, 8))).hasMessageContaining("external");
  }

  @Test
  void externalTensorsOfTwoGibibytesAreRefused() throws Exception {
    TestGraph test = new TestGraph(16);
    TensorProto.Builder w =
        TensorProto.newBuilder().setName("w").setDataType(1).addDims(1 << 29).setDataLocation(1);
    test.graph.addInitializer(w.addExternalData(entry("location", "w.bin")));
    test.node("Neg", List.of("w"), List.of("y")).output("y");
    assertThatThrownBy(() -> open(test.bytes())).hasMessageContaining("split it");
  }

  @Test
  void aModelWithoutAGraphIsRefused() {
    byte[] empty = ModelProto.newBuilder().setIrVersion(8).build().toByteArray();
    assertThatThrownBy(() -> load(empty)).hasMessageContaining("expected an ONNX model");
    byte[] text = "not a model at all".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThatThrownBy(() -> load(text)).hasMessageContaining("expected a model of ONNX");
    assertThat(OnnxModel.isModel(text)).isFalse();
    byte[] safetensors = {8, 1, 0x12, 0, 0, 0, 0, 0, '{', '}'};
    assertThat(OnnxModel.isModel(safetensors)).isFalse();
    assertThat(OnnxModel.isModel(sample().bytes())).isTrue();
  }
}
