package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
