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

/** Copying, recalling and sorting from end to end, on sequences that are short. */
class MemoryJobTest {
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
    Path none = folder.resolve("none");
    assertThat(Cli.run("evaluate", "--model", path("m"), "--data", none.toString()).refusal())
        .contains("expected a file but there is no " + none);
    String[] large = train("--steps 1 --test-length 2000000000", "never");
    assertThat(Cli.run(large).refusal()).contains("[copy] expected a batch of at most");
    assertThat(folder.resolve("never.checkpoint")).doesNotExist();
    for (String idle : List.of("length", "seed")) {
      String[] both = {"evaluate", "--model", path("m"), "--data", path("x"), "--" + idle, "4"};
      assertThat(Cli.run(both).refusal())
          .contains("expected either --data or --" + idle + " but got both; leave one out");
    }
    assertThat(Cli.withInput("[[0, 1, 1]]\n", predict).refusal())
        .contains("expected 2 numbers at timestep 0 but got 3 at line 1")
        .contains("write a sequence as [[0, 1, 1], [1, 0, 1]]");
    assertThat(Cli.withInput("[[0, 1]] [[1, 1]]\n", predict).refusal())
        .contains("expected one sequence as JSON at line 1 of standard input");
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
  void itemsAreRecalled() throws Exception {
    String train =
        "train recall --items 3 --item-length 1 --bits 3 --hidden 16 --batch 8 --learning-rate 0.01"
            + " --cell neural-turing-machine:locations=8,width=4 --steps 600 --json --out";
    JsonNode figures = Jobs.run(train, path("m")).json();
    assertThat(figures.get("metric").textValue()).isEqualTo("wrong_bits");
    assertThat(figures.get("baseline_value").doubleValue()).isEqualTo(1.5);
    assertThat(figures.get("wrong_bits").doubleValue()).isLessThan(0.75);
    assertThat(Jobs.run("evaluate --items 4 --json --model", path("m")).json().get("vectors"))
        .isEqualTo(figures.get("vectors"));

    String[] predict = {"predict", "--json", "--model", path("m")};
    String list = "[[0, 1, 1], [1, 0, 0], [1, 0, 1], ";
    JsonNode answer = Cli.withInput(list + "[0, 1, 1]]\n", predict).json();
    int wrong = 0;
    for (int bit = 0; bit < 3; bit++) {
      wrong += answer.get("recall").get(0).get(bit).intValue() == (bit == 0 ? 1 : 0) ? 0 : 1;
    }
    assertThat(answer.get("wrong_bits").intValue()).isEqualTo(wrong);
    assertThat(Cli.withInput(list + "[1, 0, 1]]\n", predict).refusal())
        .contains("expected the last of the 4 items to ask for one of the first 2")
        .contains("at line 1 of standard input");
    assertThat(Cli.withInput("[[0, 1, 1], [1, 0, 0]]\n", predict).refusal())
        .contains(
            "expected 3 vectors or more, a multiple of the 1 of an item, but got 2 at line 1");
    assertThat(Jobs.run("train recall --items 99999999999").refusal())
        .contains("--items expected a whole number of 2 or more, up to 2147483647, but got");
    assertThat(Jobs.run("train recall --items 1").refusal())
        .contains("--items expected a whole number of 2 or more");
  }

  @Test
  void vectorsAreSorted() throws Exception {
    String train =
        "train sort --length 3 --bits 2 --hidden 16 --batch 8 --learning-rate 0.01 --json"
            + " --cell neural-turing-machine:locations=8,width=4,read-heads=2 --steps 600 --out";
    JsonNode figures = Jobs.run(train, path("m")).json();
    assertThat(figures.get("baseline_value").doubleValue()).isEqualTo(3);
    assertThat(figures.get("wrong_bits").doubleValue()).isLessThan(2.2);
    assertThat(Jobs.run("evaluate --length 10 --json --model", path("m")).json().get("vectors"))
        .as("four fifths are wanted")
        .hasToString("8.0");

    String given = "[[0, 1, -0.5], [1, 1, 0.25], [1, 0, 1]]\n";
    String[] drawn = {"predict", "--json", "--model", path("m"), "--picture", path("heads.png")};
    JsonNode answer = Cli.withInput(given, drawn).json();
    assertThat(answer.get("sort")).hasSize(3);
    String wanted = "[[1,0],[1,1],[0,1]]";
    assertThat(answer.get("wrong_bits").intValue() == 0)
        .isEqualTo(answer.get("sort").toString().equals(wanted));
    assertThat(folder.resolve("heads.png")).isNotEmptyFile();
    String data = Files.writeString(folder.resolve("d.jsonl"), given).toString();
    assertThat(
            Jobs.run("evaluate --json --data", data, "--model", path("m")).json().get("wrong_bits"))
        .hasToString(answer.get("wrong_bits").intValue() + ".0");

    String[] predict = {"predict", "--model", path("m")};
    assertThat(Cli.withInput("[[0, 1, 1.5]]\n", predict).refusal())
        .contains("expected a priority from -1 to 1 but got 1.5 at place 2 of vector 0 of line 1");
    assertThat(Cli.withInput("[[0, 2, 0.5]]\n", predict).refusal())
        .contains("[sort] expected bits, 0 or 1, but got 2.0 at place 1 of vector 0 of line 1");
    assertThat(Cli.withInput("[[0, 1]]\n", predict).refusal())
        .contains("expected 3 numbers at timestep 0");
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
