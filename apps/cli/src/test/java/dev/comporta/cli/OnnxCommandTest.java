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
import dev.comporta.testkit.OnnxBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    OnnxBytes graph = new OnnxBytes().input("x");
    for (String name : List.of("y", "Y", "a/b", "a_b")) {
      graph.node(name.length() == 1 ? "Neg" : "Abs", List.of("x"), name).output(name);
    }
    graph.write(folder.resolve("similar.onnx"));
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

  @Test
  void aTestPassesOrFailsWithExitCodeThree() throws Exception {
    Path test = Files.createDirectories(folder.resolve("tests/one/test_data_set_0"));
    Files.copy(folder.resolve("m.onnx"), folder.resolve("tests/one/model.onnx"));
    float[] x = {1, 2, 3, 4, 5, 6};
    Files.write(test.resolve("input_0.pb"), OnnxBytes.tensor(x, 1, 3, 2));
    Files.write(test.resolve("input_1.pb"), OnnxBytes.tensor(3));
    Files.write(test.resolve("input_2.pb"), OnnxBytes.tensor(new float[1], 1, 1, 1));
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
    Files.write(test.resolve("output_0.pb"), OnnxBytes.tensor(y, 1, 3, 2));
    Result passed = Cli.run("onnx", "check", path("tests"));
    assertThat(passed.code()).as(passed.err()).isZero();
    assertThat(passed.out()).contains("1 passed, 0 failed");
    y[3] += 0.01f;
    Files.write(test.resolve("output_0.pb"), OnnxBytes.tensor(y, 1, 3, 2));
    Result failed = Cli.run("onnx", "check", path("tests"));
    assertThat(failed.code()).isEqualTo(3);
    assertThat(failed.out()).contains("FAILED");
    assertThat(Cli.run("onnx", "check", path("absent")).refusal()).contains("absent");
  }
}
