package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.frame.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The adding problem from end to end, on sequences that are short. */
class AddingJobTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(String flags, String out) {
    List<String> words = new ArrayList<>(List.of("train", "adding", "--out", path(out)));
    words.addAll(List.of(flags.split(" ", -1)));
    return words.toArray(String[]::new);
  }

  @Test
  void aSmallCellLearnsShortSequencesAndStopsAtTheGoal() throws Exception {
    JsonNode figures =
        Cli.run(
                train(
                    "--length 12 --hidden 16 --steps 3000 --goal 0.02 --learning-rate 0.01"
                        + " --validate-every 50 --json",
                    "m"))
            .json();
    assertThat(figures.get("task").textValue()).isEqualTo("adding");
    assertThat(figures.get("validation_loss").doubleValue()).isLessThan(0.02);
    assertThat(figures.get("test_loss").doubleValue()).isLessThan(0.04);
    assertThat(figures.get("baseline").textValue()).isEqualTo("guessing the mean");
    assertThat(figures.get("baseline_value").doubleValue()).isEqualTo(1 / 6.0);
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();
    assertThat(figures.get("steps").intValue()).isLessThan(3000).matches(steps -> steps % 50 == 0);
    assertThat(figures.get("model").textValue()).isEqualTo(path("m"));
    JsonNode inspected = Cli.run("inspect", path("m"), "--json").json();
    assertThat(inspected.at("/metrics/test_loss").doubleValue())
        .isEqualTo(figures.get("test_loss").doubleValue());
    assertThat(inspected.at("/provenance/hyper_parameters/options/start").textValue())
        .isEqualTo("chrono");
  }

  @Test
  void aResumedRunEndsInTheSameBits() throws Exception {
    String flags = "--length 9 --hidden 5 --steps 30 --validate-every 7 --cell rnn";
    Cli.run(train(flags + " --json", "whole")).json();
    Interruption interruption = new Interruption();
    interruption.request();
    Result stopped = Cli.run(interruption, train(flags, "again"));
    assertThat(stopped.code()).isEqualTo(130);
    assertThat(stopped.err())
        .contains("comporta train adding --resume " + path("again.checkpoint"));
    Cli.run("train", "adding", "--resume", path("again.checkpoint"), "--json").json();
    assertThat(Cli.run("inspect", path("again"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("whole"), "--json").tensors());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--length 1|--length expected a whole number of 2 or more|but got '1'",
        "--cell lstn|unknown cell 'lstn'|did you mean 'lstm'?",
        "--cell rnn --start chrono|--start chrono is for the gates of lstm and gru|rnn",
        "--start late|unknown value of --start 'late'|chrono, standard",
        "--goal 2|--goal expected a number from 0.0 to 1.0|but got '2'",
        "--steps 0|--steps expected a whole number of 1 or more|but got '0'",
        "--epochs 3|'comporta train adding' has no option '--epochs'|see comporta train adding --help",
        "--length 2000000000|[adding] expected a batch of at most|but 32 rows of 2000000000",
      })
  void refusesSettings(String flags, String expected, String got) {
    Result result = Cli.run(train(flags, "m"));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.lastError()).contains(expected).contains(got);
    assertThat(folder.resolve("m")).doesNotExist();
  }

  private String sequences(String name) throws IOException {
    return Files.writeString(
            folder.resolve(name),
            """
            {"input": [[0.3, 1], [0.2, 0], [0.4, 1]], "target": [0.7]}
            {"input": [[0.1, 1], [0.9, 1]], "target": [1.0]}
            """)
        .toString();
  }

  @Test
  void aModelAnswersAndIsEvaluatedOnFiles() throws Exception {
    String file = sequences("new.jsonl");
    String small = "--length 6 --hidden 4 --steps 3 --validate-every 2 --json --test-data ";
    JsonNode figures = Cli.run(train(small + file, "m")).json();
    JsonNode score = Cli.run("evaluate", "--model", path("m"), "--data", file, "--json").json();
    assertThat(figures.get("test_test_loss").doubleValue())
        .isEqualTo(score.get("test_loss").doubleValue());
    assertThat(score.get("baseline").textValue()).isEqualTo("guessing the mean");
    for (String idle : List.of("length", "seed")) {
      String[] both = {"evaluate", "--model", path("m"), "--data", file, "--" + idle, "4"};
      assertThat(Cli.run(both).refusal())
          .contains("expected either --data or --" + idle + " but got both; leave one out");
    }
    assertThat(Cli.run("evaluate", "--model", path("m"), "--data", file).out())
        .contains("mean squared error", "over 2 new sequences", "the baseline");

    Result answers = Cli.run("predict", "--model", path("m"), "--input", file, "--json");
    assertThat(answers.code()).as(answers.err()).isZero();
    assertThat(answers.out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"sum\":"));
    Files.writeString(folder.resolve("answers"), "as it was");
    String[] toFile = {"predict", "--model", path("m"), "--output", path("answers")};
    assertThat(Cli.withInput("[[0.3, 1]]\n[[0.3]]\n", toFile).refusal())
        .contains("expected 2 numbers at timestep 0 but got 1 at line 2 of standard input");
    assertThat(folder.resolve("answers")).hasContent("as it was");
    assertThat(Cli.withInput("[[0.3, 1], [0.5, 1]]\n", toFile).code()).isZero();
    assertThat(Files.readString(folder.resolve("answers"))).matches("-?\\d\\.\\d{6}\\R");
    assertThat(
            Cli.run("predict", "--model", path("m"), "--input", file, "--output", file).refusal())
        .contains("--output and --input expected two files but both are");
    assertThat(
            Cli.withInput(new byte[] {(byte) 0xff, '\n'}, "predict", "--model", path("m"))
                .refusal())
        .contains("expected UTF-8 text but standard input");
    assertThat(Cli.withInput("[" + "1".repeat(1 << 25), "predict", "--model", path("m")).refusal())
        .contains("expected lines of at most 16,777,216 characters");
  }

  @Test
  void layersAndTheObjectiveMayBeReplaced() throws Exception {
    String file =
        Files.writeString(
                folder.resolve("layers.json"),
                """
                {"layers": [
                  {"name": "recurrent", "cell": {"name": "gru", "reset": "before"}, "hidden": 3},
                  {"name": "pool-time", "mode": "last"},
                  {"name": "dense", "units": "outputs"}]}
                """)
            .toString();
    String flags = "--length 5 --steps 2 --loss huber --architecture ";
    assertThat(Cli.run(train(flags + file, "m")).code()).isZero();
    JsonNode inspected = Cli.run("inspect", path("m"), "--json").json();
    assertThat(inspected.get("specification").toString())
        .contains("\"gru\"", "\"reset\":\"before\"");
    assertThat(inspected.at("/provenance/hyper_parameters/options/loss").textValue())
        .isEqualTo("huber");
    assertThat(Cli.run("inspect", path("m")).out())
        .containsPattern("layers.0 +recurrent \\(gru\\) +\\[T, B, 3\\]")
        .containsPattern("total +\\d+");
    assertThat(Cli.run(train("--length 5 --steps 2 --loss hubr", "n")).refusal())
        .contains("unknown loss 'hubr'", "did you mean 'huber'?");
    Files.writeString(Path.of(file), "{\"layers\": [{\"name\": \"dense\", \"units\": 2}]}");
    Result wrong = Cli.run(train(flags + file, "n"));
    assertThat(wrong.lastError()).contains("--architecture expected a last layer with 1 outputs");
  }

  @Test
  void aModelIsContinuedWithWhatFits() throws Exception {
    assertThat(Cli.run(train("--length 5 --hidden 4 --steps 2", "m")).code()).isZero();
    Result same = Cli.run(train("--length 7 --hidden 4 --steps 2 --from " + path("m"), "n"));
    assertThat(same.code()).as(same.err()).isZero();
    assertThat(same.err()).contains("reused: 5 tensors: layers.0.cell.W").doesNotContain("new: ");
    Result wider = Cli.run(train("--length 7 --hidden 6 --steps 2 --from " + path("m"), "n"));
    assertThat(wider.err())
        .contains("reused: 1 tensor: layers.2.b", "new: 4 tensors: layers.0.cell.W ([2, 16] there");
  }
}
