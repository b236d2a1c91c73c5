package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.tasks.Interruption;
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
    assertThat(figures.get("guessing_loss").doubleValue()).isEqualTo(1 / 6.0);
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
        "--length 1|option 'length' expected a whole number of 2 or more|but got 1",
        "--cell lstn|unknown cell 'lstn'|did you mean 'lstm'?",
        "--cell rnn --start chrono|--start chrono is for the gates of lstm and gru|rnn",
        "--start late|unknown start of adding 'late'|chrono, standard",
        "--goal 2|option 'goal' expected a number between 0.0 and 1.0|but got 2.0",
        "--steps 0|option 'steps' expected a whole number of 1 or more|but got 0",
        "--epochs 3|'comporta train adding' has no option '--epochs'|see comporta train adding --help",
        "--length 2000000000|[memory] this model needs about|but the JVM may use",
      })
  void refusesSettings(String flags, String expected, String got) {
    Result result = Cli.run(train(flags, "m"));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.lastError()).contains(expected).contains(got);
    assertThat(folder.resolve("m")).doesNotExist();
  }
}
