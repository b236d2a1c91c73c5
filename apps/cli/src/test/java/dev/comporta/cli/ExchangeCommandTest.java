package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Sha256;
import dev.comporta.cells.model.Session;
import dev.comporta.cli.Cli.Result;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeCommandTest {
  private static final String STATE =
      """
      {"weight_ih_l0": [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6], [0.7, 0.8]],
       "weight_hh_l0": [[0.1], [0.2], [-0.3], [0.4]],
       "bias_ih_l0": [0.1, 0.2, 0.3, -0.4], "bias_hh_l0": [0.5, -0.6, 0.7, 0.8]}
      """;

  @TempDir Path folder;

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aModelIsImportedInspectedExportedAndImportedAgain() throws Exception {
    String state = write("lstm.json", STATE);
    Result imported = Cli.run("import", state, "--out", path("m.comporta"));
    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(imported.out()).contains("PyTorch").contains("guessed");

    JsonNode inspected = Cli.run("inspect", "--json", path("m.comporta")).json();
    JsonNode provenance = inspected.get("provenance");
    assertThat(provenance.get("hyper_parameters").get("name").textValue()).isEqualTo("imported");
    assertThat(provenance.get("data").textValue()).isEqualTo("lstm.json");
    assertThat(provenance.get("data_sha256").textValue()).hasSize(64);

    String tensors = path("m.safetensors");
    Result exported = Cli.run("export", path("m.comporta"), "--to", "safetensors", tensors);
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(exported.out()).contains("nn.LSTM");
    JsonNode again = Cli.run("import", tensors, "--json", "--out", path("n.comporta")).json();
    assertThat(again.get("parameters").intValue()).isEqualTo(16);
    assertThat(Cli.run("inspect", "--json", path("n.comporta")).tensors())
        .isEqualTo(Cli.run("inspect", "--json", path("m.comporta")).tensors());
  }

  @Test
  void filesOfOtherToolsAreInspectedAndRunAsTheyAre() throws Exception {
    String state = write("lstm.json", STATE);
    Result text = Cli.run("inspect", state);
    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.out()).contains("PyTorch").contains("recurrent").contains("layers.0.cell.W");
    JsonNode object = Cli.run("inspect", "--json", state).json();
    Cli.run("import", state, "--out", path("m.comporta"));
    assertThat(object.get("tensors").get(0).get("sha256"))
        .isEqualTo(
            Cli.run("inspect", "--json", path("m.comporta"))
                .json()
                .get("tensors")
                .get(0)
                .get("sha256"));

    String input = write("in.csv", "0.5,1\n-0.25,0.75\n\n0.5 1\n");
    for (String model : new String[] {state, path("m.comporta")}) {
      Result predicted = Cli.run("predict", "--model", model, "--input", input);
      assertThat(predicted.code()).as(predicted.err()).isZero();
      List<String> lines = predicted.out().lines().toList();
      assertThat(lines).hasSize(4);
      assertThat(lines.get(2)).isEmpty(); // the state starts anew
      assertThat(lines.get(3)).isEqualTo(lines.get(0)).isNotEqualTo(lines.get(1));
      float[] y;
      float[] streamed = new float[1];
      // @start region="load"
      try (LoadedModel loaded = Models.load(Path.of(model))) {
        y = loaded.run(new float[] {0.5f, 1, -0.25f, 0.75f}); // two timesteps of two features
        Session stream = loaded.newSession(); // keeps its state from timestep to timestep
        stream.step(new float[] {0.5f, 1}, streamed);
        stream.step(new float[] {-0.25f, 0.75f}, streamed);
      }
      // @end region="load"
      assertThat(Float.parseFloat(lines.get(1))).isCloseTo(y[1], within(1e-6f));
      assertThat(streamed[0]).isCloseTo(y[1], within(1e-6f));
    }
    assertThat(Cli.run("predict", "--model", state, "--input", write("bad.csv", "1\n")).refusal())
        .contains("line 1")
        .contains("2 numbers");
    assertThat(Cli.run("predict", "--model", state, "--picture", path("p.png")).refusal())
        .contains("--picture does not apply to models of other tools; leave it out");
    assertThat(Cli.run("generate", "--model", state).refusal()).contains("another tool");
    assertThat(Cli.run("evaluate", "--model", state).refusal()).contains("another tool");
    assertThat(Cli.run("inspect", write("x.json", "{\"a\": 1}")).refusal()).contains("x.json");
  }

  @Test
  void arraysAreHashedPieceByPiece() {
    float[] values = {1, -2.5f, 3, 0, 7};
    ByteBuffer bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    String whole = Sha256.hex(Sha256.newDigest(), bytes.array());
    for (int piece : new int[] {1, 2, 5, 100}) {
      assertThat(ImportedText.sha256(values, piece)).isEqualTo(whole);
    }
    assertThat(ImportedText.sha256(new float[0], 4)).isEqualTo(Sha256.hex(Sha256.newDigest()));
  }

  @Test
  void anExportIsReadBack() throws Exception {
    String layers =
        write(
            "layers.json",
            "{\"layers\": [{\"name\": \"recurrent\", \"returns\": \"last\"}, \"softmax\"]}"
                .replace("\"softmax\"", "{\"name\": \"activation\", \"function\": \"sigmoid\"}"));
    Cli.run(
        "import", write("lstm.json", STATE), "--architecture", layers, "--out", path("m.comporta"));
    Result verified =
        Cli.run(
            "export", path("m.comporta"), "--to", "safetensors", "--verify", path("m.safetensors"));
    assertThat(verified.code()).as(verified.err()).isZero();
    assertThat(verified.out())
        .contains("read back: largest difference 0.00e+00 over 2 outputs")
        .contains("PyTorch");
    String keras = path("m.keras");
    Result forKeras = Cli.run("export", path("m.comporta"), "--to", "keras", "--verify", keras);
    assertThat(forKeras.code()).as(forKeras.err()).isZero();
    assertThat(forKeras.out())
        .contains("written for Keras 3", "layer 0: LSTM", "layer 1: Activation")
        .contains("read back: largest difference 0.00e+00 over 2 outputs");
    assertThat(Cli.run("inspect", keras).code()).isZero();
    assertThat(Cli.run("export", path("m.comporta"), "--to", "keras", path("m.h5")).refusal())
        .contains("expected a FILE that ends with .keras");
  }

  @Test
  void trainingContinuesAModelOfAnotherTool() throws Exception {
    String layers =
        write("layers.json", "{\"layers\": [{\"name\": \"recurrent\", \"returns\": \"last\"}]}");
    Cli.run(
        "import", write("lstm.json", STATE), "--architecture", layers, "--out", path("m.comporta"));
    StringBuilder csv = new StringBuilder("a,b\n");
    for (int row = 0; row < 80; row++) {
      csv.append(Math.sin(row)).append(',').append(row % 7).append('\n');
    }
    String data = write("series.csv", csv.toString());
    Result trained =
        Cli.run(
            "train",
            "forecast",
            "--data",
            data,
            "--column",
            "a",
            "--also",
            "b",
            "--from",
            path("m.comporta"),
            "--epochs",
            "1",
            "--window",
            "8",
            "--out",
            path("t.comporta"));
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err())
        .contains("reused: 3 tensors", "the layers are those of " + path("m.comporta"))
        .contains("training 16 parameters on ")
        .doesNotContain("gru");
    JsonNode inspected = Cli.run("inspect", "--json", path("t.comporta")).json();
    assertThat(inspected.get("specification").toString()).contains("lstm").doesNotContain("gru");
    assertThat(
            Cli.run(
                    "train",
                    "forecast",
                    "--data",
                    data,
                    "--column",
                    "a",
                    "--window",
                    "8",
                    "--from",
                    path("m.comporta"),
                    "--out",
                    path("u.comporta"))
                .refusal())
        .contains("1 feature")
        .contains("2 features");
  }

  @Test
  void whatIsNotAModelIsRefusedWithOneSentence() throws Exception {
    String text = write("notes.txt", "not a model");
    assertThat(Cli.run("import", text, "--out", path("m.comporta")).refusal())
        .contains("notes.txt");
    assertThat(Files.exists(folder.resolve("m.comporta"))).isFalse();
    String state = write("lstm.json", STATE);
    assertThat(Cli.run("import", state, "--out", state).refusal()).contains("lstm.json");
    assertThat(Cli.run("export", state, "--to", "pickle", path("x")).refusal()).contains("pickle");
    assertThat(Cli.run("exchange", "check", path("absent")).refusal()).contains("absent");
  }

  @Test
  void theCheckEndsWithThreeAboveTheBound() throws Exception {
    Files.createDirectories(folder.resolve("models"));
    Files.createDirectories(folder.resolve("test_data"));
    write(
        "models/line.json",
        "{\"in_shape\": [null, null, 1], \"layers\": [{\"type\": \"dense\", \"activation\": \"\", \"shape\": [null, null, 1], \"weights\": [[[2]], [0.5]]}]}");
    write(
        "models/odd.json",
        "{\"in_shape\": [1], \"layers\": [{\"type\": \"prelu\", \"shape\": [1]}]}");
    write("test_data/line_x_python.csv", "1\n-2\n");
    write("test_data/line_y_python.csv", "2.5\n-3.5\n");
    Result passed = Cli.run("exchange", "check", folder.toString());
    assertThat(passed.code()).as(passed.err()).isZero();
    assertThat(passed.out())
        .contains("difference 0.00e+00")
        .contains("'prelu'")
        .contains(
            "1 compared within the bound, 0 above it, 0 without outputs to compare, 1 rejected");

    write("test_data/line_y_python.csv", "2.5\n-3.4\n");
    Result failed = Cli.run("exchange", "check", folder.toString());
    assertThat(failed.code()).isEqualTo(ExitCodes.CHECK_FAILED);
    assertThat(failed.out()).contains("TOO FAR");
  }
}
