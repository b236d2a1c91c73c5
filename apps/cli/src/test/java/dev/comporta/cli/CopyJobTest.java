package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The copy task from end to end, on sequences that are short. */
class CopyJobTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Path cell() throws Exception {
    return Files.writeString(
        folder.resolve("settings.json"),
        """
        {"length": 3, "bits": 2, "hidden": 12, "batch": 8, "learning-rate": 0.01,
         "cell": "neural-turing-machine:locations=6,width=4"}
        """);
  }

  private String[] train(String flags, String out) throws Exception {
    List<String> words = new ArrayList<>(List.of("train", "copy", "--out", path(out)));
    words.addAll(List.of("--config", cell().toString()));
    words.addAll(List.of(flags.split(" ", -1)));
    return words.toArray(String[]::new);
  }

  @Test
  void aSmallMachineLearnsToCopyAndShowsItsHeads() throws Exception {
    JsonNode figures =
        Cli.run(train("--steps 2500 --goal 0.005 --validate-every 50 --json", "m")).json();
    assertThat(figures.get("task").textValue()).isEqualTo("copy");
    assertThat(figures.get("metric").textValue()).isEqualTo("wrong_bits");
    assertThat(figures.get("baseline_value").doubleValue()).isEqualTo(3.0);
    assertThat(figures.get("wrong_bits").doubleValue()).isLessThan(0.3);
    JsonNode longer = Cli.run("evaluate", "--model", path("m"), "--length", "4", "--json").json();
    assertThat(longer.get("vectors").doubleValue()).isEqualTo(4);

    String sequence = "[[0, 1], [1, 1], [1, 0]]\n";
    Result copied = Cli.withInput(sequence, "predict", "--model", path("m"));
    assertThat(copied.out().strip()).isEqualTo("01 11 10");
    String[] drawn = {"predict", "--model", path("m"), "--json", "--picture", path("heads.png")};
    Result answer = Cli.withInput(sequence, drawn);
    assertThat(answer.out()).contains("\"wrong_bits\":0");
    byte[] image = Files.readAllBytes(folder.resolve("heads.png"));
    assertThat(image).startsWith(0x89, 'P', 'N', 'G').hasSizeGreaterThan(500);
    String[] page = {"predict", "--model", path("m"), "--picture", path("heads.html")};
    assertThat(Cli.withInput(sequence, page).code()).isZero();
    assertThat(Files.readString(folder.resolve("heads.html")))
        .startsWith("<!DOCTYPE html>")
        .contains("Addressing over time", "data:image/png;base64,");
  }

  @Test
  void badInputIsReported() throws Exception {
    assertThat(Cli.run(train("--steps 1", "m")).code()).isZero();
    String[] predict = {"predict", "--model", path("m")};
    assertThat(Cli.withInput("[[0, 0.5]]\n", predict).refusal())
        .contains(
            "expected bits, 0 or 1, but got 0.5 at place 1 of vector 0 of line 1 of standard input");
    Path wrong = Files.writeString(folder.resolve("w.jsonl"), "\n\n[[1, 0], [7, 1]]\n");
    assertThat(Cli.run("predict", "--model", path("m"), "--input", wrong.toString()).refusal())
        .contains("but got 7.0 at place 0 of vector 1 of line 3 of " + wrong);
    assertThat(Cli.run("evaluate", "--model", path("m"), "--data", wrong.toString()).refusal())
        .contains("but got 7.0 at place 0 of vector 1 of line 3 of " + wrong);
    for (String idle : List.of("length", "seed")) {
      String[] both = {"evaluate", "--model", path("m"), "--data", path("x"), "--" + idle, "4"};
      assertThat(Cli.run(both).refusal())
          .contains("expected either --data or --" + idle + " but got both; leave one out");
    }
    assertThat(Cli.withInput("[[0, 1, 1]]\n", predict).refusal())
        .contains("expected 2 numbers at timestep 0");
    String[] drawn = {"predict", "--model", path("m"), "--picture", path("heads.gif")};
    assertThat(Cli.withInput("[[0, 1]]\n", drawn).refusal())
        .contains("--picture expected a file that ends in .html or .png");
    drawn[4] = path("heads.png");
    assertThat(Cli.withInput("[[0, 1]]\n[[1, 1]]\n", drawn).refusal())
        .contains("--picture expected one sequence but the input has 2");
    assertThat(Cli.run("train", "copy", "--length", "0", "--out", path("n")).refusal())
        .contains("--length expected a whole number of 1 or more");
    assertThat(
            Cli.run("train", "copy", "--cell", "gru", "--length", "2000000000", "--out", path("n"))
                .refusal())
        .contains("[copy] expected a batch of at most");
  }

  @Test
  void otherCellsCopyTooButHaveNoHeads() throws Exception {
    String[] train = {
      "train",
      "copy",
      "--cell",
      "lstm",
      "--length",
      "2",
      "--hidden",
      "4",
      "--steps",
      "2",
      "--layers",
      "2",
      "--out",
      path("m")
    };
    assertThat(Cli.run(train).code()).isZero();
    String[] drawn = {"predict", "--model", path("m"), "--picture", path("heads.png")};
    assertThat(Cli.withInput("[[0, 1, 0, 0, 0, 0, 0, 1]]\n", drawn).refusal())
        .contains("--picture expected a model with the cell neural-turing-machine");
    JsonNode score =
        Cli.run("evaluate", "--model", path("m"), "--data", vectors(), "--json").json();
    assertThat(score.get("vectors").doubleValue()).isEqualTo(1.5);
    assertThat(score.get("baseline_value").doubleValue()).isEqualTo(6);
  }

  private String vectors() throws Exception {
    return Files.writeString(
            folder.resolve("vectors.jsonl"),
            "[[0, 1, 0, 0, 0, 0, 0, 1]]\n[[1, 1, 0, 0, 0, 0, 0, 1], [0, 0, 0, 1, 0, 0, 0, 1]]\n")
        .toString();
  }
}
