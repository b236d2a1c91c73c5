package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.frame.Interruption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every task takes a cell with its options, keeps them in its model file and goes on with them. */
class CellChoiceTest {
  @TempDir Path folder;

  @BeforeEach
  void writeData() throws Exception {
    Files.writeString(
        folder.resolve("text"), "a bird sits on a house\nthe house is red\n".repeat(30));
    Files.writeString(
        folder.resolve("series"),
        Stream.iterate(0, i -> i + 1)
            .limit(80)
            .map(i -> Integer.toString(i % 7))
            .reduce("flow", (all, next) -> all + "\n" + next));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "char-lm --text TEXT --chunk 8 --batch 2",
        "word-lm --text TEXT --validation-text TEXT --chunk 8 --batch 2",
        "adding --length 9",
        "forecast --series SERIES --column flow --window 8",
      })
  void optionsReachTheModelAndSurviveAStop(String task) throws Exception {
    String[] whole = command(task, "whole");
    Cli.run(whole).json();
    JsonNode model = Cli.run("inspect", path("whole"), "--json").json();
    assertThat(model.at("/specification").findValue("cell").toString())
        .contains("\"name\":\"gru\"", "\"reset\":\"before\"");
    assertThat(model.at("/provenance/hyper_parameters/options/cell").textValue())
        .isEqualTo("gru:reset=before");

    Interruption interruption = new Interruption();
    interruption.request();
    assertThat(Cli.run(interruption, command(task, "again")).code()).isEqualTo(130);
    String name = task.substring(0, task.indexOf(' '));
    Cli.run("train", name, "--resume", path("again.checkpoint"), "--json").json();
    assertThat(Cli.run("inspect", path("again"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("whole"), "--json").tensors());
  }

  private String[] command(String task, String out) {
    List<String> words =
        Stream.of(task.split(" "))
            .map(word -> word.equals("TEXT") ? path("text") : word)
            .map(word -> word.equals("SERIES") ? path("series") : word)
            .toList();
    return Stream.of(
            Stream.of("train"),
            words.stream(),
            Stream.of("--cell", "gru:reset=before", "--hidden", "5", "--steps", "6"),
            Stream.of("--out", path(out), "--json"))
        .flatMap(part -> part)
        .toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lstn|unknown cell 'lstn'|did you mean 'lstm'?",
        "lstm:peephole=true|unknown option of lstm 'peephole'|did you mean 'peepholes'?",
        "lstm:peepholes=3|[lstm] option 'peepholes' expected true or false|but got 3",
        "lstm:|--cell expected the name of an option|but got its end",
      })
  void wrongCellsAreRefused(String cell, String expected, String got) {
    String refusal = Cli.run("train", "adding", "--cell", cell, "--out", path("m")).refusal();
    assertThat(refusal).contains(expected).contains(got);
    assertThat(folder.resolve("m")).doesNotExist();
  }

  /** Times to remember suit the gates that a variant has. */
  @Test
  void theAddingProblemStartsTheForgetGateOfAVariant() throws Exception {
    String[] train = {"train", "adding", "--length", "9", "--steps", "1", "--out", path("m")};
    Cli.run(add(train, "--cell", "lstm:peepholes=true", "--json")).json();
    JsonNode cell =
        Cli.run("inspect", path("m"), "--json").json().at("/specification").findValue("cell");
    assertThat(cell.at("/options/chrono").intValue()).isEqualTo(9);
    Cli.run(add(train, "--cell", "lstm:variant=cifg", "--json")).json();
    assertThat(Cli.run(add(train, "--cell", "lstm:variant=cifg", "--start", "chrono")).refusal())
        .contains("'chrono' expected a forget gate with its own bias");
  }

  private static String[] add(String[] command, String... more) {
    return Stream.of(command, more).flatMap(Stream::of).toArray(String[]::new);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
