package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.ComportaException;
import dev.comporta.cli.Cli.Result;
import dev.comporta.inference.Models;
import dev.comporta.onnx.NumpyFiles;
import dev.comporta.onnx.value.ElementType;
import dev.comporta.onnx.value.OnnxTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxCommandTest {
  /** A GRU of two features and one unit, and a layer after it. */
  private static final String STATE =
      """
      {"rnn.weight_ih_l0": [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]],
       "rnn.weight_hh_l0": [[0.1], [0.2], [-0.3]],
       "rnn.bias_ih_l0": [0.1, 0.2, 0.3], "rnn.bias_hh_l0": [0.5, -0.6, 0.7],
       "fc.weight": [[0.5], [-0.25]], "fc.bias": [0.125, 1]}
      """;

  @TempDir Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @BeforeEach
  void exportAModel() throws Exception {
    Files.writeString(folder.resolve("state.json"), STATE);
    Result imported = Cli.run("import", path("state.json"), "--out", path("m.comporta"));
    assertThat(imported.code()).as(imported.err()).isZero();
    Result exported =
        Cli.run("export", path("m.comporta"), "--to", "onnx", path("m.onnx"), "--verify");
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(exported.out()).contains("operator set 17").contains("read back").contains("passed");
    assertThat(exported.out()).contains("ONNX Runtime did not run it: it is not built;");
  }

  @Test
  void anExportIsInspectedAndRunStepByStep() throws Exception {
    Result inspected = Cli.run("inspect", path("m.onnx"));
    assertThat(inspected.out())
        .contains("input x: float32 [batch, time, 2]")
        .contains("operator set: 17")
        .contains("GRU 1")
        .contains("layers: recurrent > dense")
        .contains("state: layers_0_cell_h_in <- layers_0_cell_h_out");
    JsonNode json = Cli.run("inspect", "--json", path("m.onnx")).json();
    assertThat(json.get("operators").get("GRU").intValue()).isEqualTo(1);

    float[] x = {1, 2, 3, 4, 5, 6};
    NumpyFiles.write(folder.resolve("x.npy"), OnnxTensor.of(x, 1, 3, 2));
    NumpyFiles.write(folder.resolve("steps.npy"), OnnxTensor.of(x, 3, 1, 1, 2));
    NumpyFiles.write(folder.resolve("h.npy"), OnnxTensor.of(new float[1], 1, 1, 1));
    NumpyFiles.write(
        folder.resolve("three.npy"), OnnxTensor.of(ElementType.INT32, new long[] {3}, 1));
    NumpyFiles.write(
        folder.resolve("one.npy"), OnnxTensor.of(ElementType.INT32, new long[] {1}, 1));
    Result whole =
        Cli.run(
            "onnx",
            "run",
            path("m.onnx"),
            "--input",
            "x=" + path("x.npy"),
            "--input",
            "lengths=" + path("three.npy"),
            "--input",
            "layers_0_cell_h_in=" + path("h.npy"),
            "--out",
            path("whole"));
    assertThat(whole.code()).as(whole.err()).isZero();
    Result steps =
        Cli.run(
            "onnx",
            "run",
            path("m.onnx"),
            "--stream",
            "--input",
            "x=" + path("steps.npy"),
            "--input",
            "lengths=" + path("one.npy"),
            "--out",
            path("steps"));
    assertThat(steps.code()).as(steps.err()).isZero();
    float[] a = NumpyFiles.read(folder.resolve("whole/y.npy")).floats();
    float[] b = NumpyFiles.read(folder.resolve("steps/y.npy")).floats();
    assertThat(a).hasSize(6).containsExactly(b);
  }

  @Test
  void anExportIsImportedAgainWithTheSameWeights() throws Exception {
    Result imported = Cli.run("import", path("m.onnx"), "--out", path("n.comporta"));
    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(imported.out()).contains("ONNX (comporta");
    assertThat(Cli.run("inspect", "--json", path("n.comporta")).tensors())
        .isEqualTo(Cli.run("inspect", "--json", path("m.comporta")).tensors());
  }

  @Test
  void argumentsThatWouldBeIgnoredAreRefused() {
    String out = path("n.comporta");
    assertThat(Cli.run("import", path("m.onnx"), path("m.onnx"), "--out", out).refusal())
        .contains("2 files are given");
    assertThat(
            Cli.run("import", path("m.onnx"), "--architecture", path("state.json"), "--out", out)
                .refusal())
        .contains("without --architecture");
    assertThat(Cli.run("inspect", path("m.onnx"), "--architecture", path("state.json")).refusal())
        .contains("without --architecture");
    String weights = path("w.safetensors");
    assertThat(
            Cli.run("export", path("m.comporta"), "--to", "safetensors", weights, "--opset", "17")
                .refusal())
        .contains("--opset is for ONNX");
  }

  /** y and Y, and a/b and a_b, are files of their own. */
  @Test
  void outputsWithSimilarNamesHaveFilesOfTheirOwn() throws Exception {
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    String[] names = {"y", "Y", "a/b", "a_b"};
    for (String name : names) {
      ByteArrayOutputStream node = new ByteArrayOutputStream();
      text(node, 1, "x");
      text(node, 2, name);
      text(node, 4, name.length() == 1 ? "Neg" : "Abs");
      bytes(graph, 1, node.toByteArray());
    }
    bytes(graph, 11, port("x"));
    for (String name : names) {
      bytes(graph, 12, port(name));
    }
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    model.writeBytes(new byte[] {8, 8});
    bytes(model, 7, graph.toByteArray());
    bytes(model, 8, new byte[] {16, 13});
    Files.write(folder.resolve("similar.onnx"), model.toByteArray());
    NumpyFiles.write(folder.resolve("x.npy"), OnnxTensor.of(new float[] {2}, 1));
    Result run =
        Cli.run(
            "onnx",
            "run",
            path("similar.onnx"),
            "--input",
            "x=" + path("x.npy"),
            "--out",
            path("similar"));
    assertThat(run.code()).as(run.err()).isZero();
    Result inspected = Cli.run("inspect", path("similar.onnx"));
    assertThat(inspected.out()).contains("the file runs as a graph");
    assertThatThrownBy(() -> Models.load(folder.resolve("similar.onnx")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("similar.onnx is not a chain of layers")
        .hasMessageContaining("OnnxModel.load")
        .hasMessageNotContaining("\n");
    assertThat(run.out()).contains("Y_2.npy").contains("a_b_2.npy");
    try (var files = Files.list(folder.resolve("similar"))) {
      assertThat(files.count()).isEqualTo(4);
    }
  }

  private static void bytes(ByteArrayOutputStream out, int number, byte[] part) {
    out.write(number << 3 | 2);
    out.write(part.length & 127 | (part.length > 127 ? 128 : 0));
    if (part.length > 127) {
      out.write(part.length >> 7);
    }
    out.writeBytes(part);
  }

  private static void text(ByteArrayOutputStream out, int number, String text) {
    bytes(out, number, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** A float32 value without a declared shape. */
  private static byte[] port(String name) {
    ByteArrayOutputStream port = new ByteArrayOutputStream();
    text(port, 1, name);
    bytes(port, 2, new byte[] {10, 2, 8, 1});
    return port.toByteArray();
  }

  @Test
  void aTestPassesOrFailsWithExitCodeThree() throws Exception {
    Path test = Files.createDirectories(folder.resolve("tests/one/test_data_set_0"));
    Files.copy(folder.resolve("m.onnx"), folder.resolve("tests/one/model.onnx"));
    float[] x = {1, 2, 3, 4, 5, 6};
    Files.write(test.resolve("input_0.pb"), proto(1, floats(x), 1, 3, 2));
    Files.write(test.resolve("input_1.pb"), proto(6, new byte[] {3, 0, 0, 0}, 1));
    Files.write(test.resolve("input_2.pb"), proto(1, new byte[4], 1, 1, 1));
    NumpyFiles.write(folder.resolve("x.npy"), OnnxTensor.of(x, 1, 3, 2));
    NumpyFiles.write(folder.resolve("h.npy"), OnnxTensor.of(new float[1], 1, 1, 1));
    NumpyFiles.write(
        folder.resolve("three.npy"), OnnxTensor.of(ElementType.INT32, new long[] {3}, 1));
    Cli.run(
        "onnx",
        "run",
        path("m.onnx"),
        "--input",
        "x=" + path("x.npy"),
        "--input",
        "lengths=" + path("three.npy"),
        "--input",
        "layers_0_cell_h_in=" + path("h.npy"),
        "--out",
        path("whole"));
    float[] y = NumpyFiles.read(folder.resolve("whole/y.npy")).floats();
    Files.write(test.resolve("output_0.pb"), proto(1, floats(y), 1, 3, 2));
    Result passed = Cli.run("onnx", "check", path("tests"));
    assertThat(passed.code()).as(passed.err()).isZero();
    assertThat(passed.out()).contains("1 passed, 0 failed");
    y[3] += 0.01f;
    Files.write(test.resolve("output_0.pb"), proto(1, floats(y), 1, 3, 2));
    Result failed = Cli.run("onnx", "check", path("tests"));
    assertThat(failed.code()).isEqualTo(3);
    assertThat(failed.out()).contains("FAILED");
    assertThat(Cli.run("onnx", "check", path("absent")).refusal()).contains("absent");
  }

  private static byte[] floats(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** A tensor in ONNX's schema: sizes in field 1, the type in field 2, raw data in field 9. */
  private static byte[] proto(int type, byte[] data, int... sizes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int size : sizes) {
      out.write(0x08);
      out.write(size);
    }
    out.write(0x10);
    out.write(type);
    out.write(0x4a);
    out.write(data.length);
    out.writeBytes(data);
    return out.toByteArray();
  }
}
