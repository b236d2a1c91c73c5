package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code explain} says before a training is what the training then holds. */
class ExplainTest {
  @TempDir private Path folder;

  private static Result explain(String flags, String... more) {
    List<String> arguments = new ArrayList<>(List.of("explain", "adding", "--length", "64"));
    if (!flags.isEmpty()) {
      arguments.addAll(Arrays.asList(flags.split(" ")));
    }
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  /** The first is {@code adding} as it is, the others are larger or run otherwise. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--cell gru",
        "--hidden 256 --optimizer nadam",
        "--cell gru --hidden 320 --batch 48 --optimizer sgd",
        "--cell layer-norm-lstm --hidden 96 --threads 1",
        "--execution definition --hidden 48",
      })
  void whatIsPredictedIsWhatATrainingHolds(String flags) throws Exception {
    JsonNode explained = explain(flags, "--measure", "--json").json();
    double predicted = explained.get("predicted_peak_bytes").doubleValue();
    double measured = explained.get("measured_peak_bytes").doubleValue();
    assertThat(measured / predicted).as("measured / predicted").isCloseTo(1, within(0.05));
  }

  /** Vectors as targets, one answer a row, and a last batch with rows to spare. */
  @Tag("full")
  @Test
  void tasksOfNumbersArePredictedToo() throws Exception {
    StringBuilder series = new StringBuilder("a,b\n");
    for (int i = 0; i < 700; i++) {
      series.append(Math.sin(i / 9.0)).append(',').append(i % 7).append('\n');
    }
    Path csv = Files.writeString(folder.resolve("series.csv"), series);
    requirePredicted("adding --length 60 --hidden 96 --batch 40");
    requirePredicted(
        "forecast --column a --also b --hidden 96 --window 40 --batch 48 --series " + csv);
    requirePredicted("numbers --pairs 600 --hidden 64 --embedding 48 --batch 48");
    requirePredicted("tag --hidden 48"); // several ids for each word
  }

  /** Windows need more than one timestep, and memories more than one place. */
  @Tag("full")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "captions --scenes 200 --hidden 48",
        "anomaly --hidden 48",
        "answer --hidden 48", // an encoder that needs more timesteps than the decoder
        "char-lm --hidden 64",
        "classify --hidden 48",
        "copy --cell lstm --hidden 96 --batch 48",
        "dates --hidden 64",
        "dna --hidden 48",
        "handwriting --hidden 48",
        "handwriting-synthesis --hidden 64",
        "music --hidden 96",
        "rate --hidden 48",
        "video --hidden 2"
      })
  void otherTasksArePredictedToo(String task) throws Exception {
    requirePredicted(task);
  }

  private static void requirePredicted(String task) throws Exception {
    JsonNode explained = Cli.run(("explain " + task + " --measure --json").split(" ")).json();
    assertThat(
            explained.get("measured_peak_bytes").doubleValue()
                / explained.get("predicted_peak_bytes").doubleValue())
        .as(task)
        .isCloseTo(1, within(0.05));
  }

  @Test
  void aTaskIsExplainedInWords() {
    Result result = explain("--threads 2 --backend reference --hidden 128 --batch 16");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .startsWith(
            "adding: a training step is 64 timesteps x 16 rows = 1,024 timesteps, on 2 threads by reference")
        .contains("layers.0 RecurrentLayer -> 128: 67,072 parameters; forward ")
        .contains("LstmCell 2 -> 128, planned; of a timestep forward ")
        .contains(
            "before the loop  x times W [2, 512], 4 products merged: the left operand is read once, for all timesteps at once")
        .contains("in the loop      forward: h before the timestep times U [128, 512], 4 products")
        .contains("after the loop   gradient of U: h before the timestep transposed times 4")
        .contains("fused            forward: 8 element-wise instructions on")
        .contains("a training step: forward ")
        .contains("memory: predicted peak ", " of which a training step uses ", "validation")
        .doesNotContain("measured");
    assertThat(explain("--threads 1").out()).contains("on 1 thread by");
  }

  @Test
  void figuresDoNotDependOnTheWayOfAsking() throws Exception {
    JsonNode explained = explain("--batch 8 --hidden 24 --cell gru", "--json").json();
    assertThat(explained.get("explained").textValue()).isEqualTo("adding");
    assertThat(explained.get("timesteps").intValue()).isEqualTo(64);
    assertThat(explained.get("batch").intValue()).isEqualTo(8);
    assertThat(explained.get("forward_flops").doubleValue()).isPositive();
    JsonNode cell = explained.at("/layers/0/cells/0");
    assertThat(cell.get("cell").textValue()).isEqualTo("GruCell");
    assertThat(cell.at("/plan/hoisted/0/columns").size()).isEqualTo(3);
    assertThat(cell.at("/plan/hoisted/0/right/0").textValue()).isEqualTo("W");

    String before = "explain --batch 8 --json adding --length 64 --hidden 24 --cell gru";
    assertThat(Cli.run(before.split(" ")).json()).isEqualTo(explained);

    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"batch\": 8, \"hidden\": 24, \"cell\": \"lstm\"}");
    assertThat(explain("--cell gru --json --config", config.toString()).json())
        .isEqualTo(explained);
  }

  private String trained() {
    String model = folder.resolve("m").toString();
    String train =
        "train adding --hidden 20 --batch 4 --length 10 --steps 2 --optimizer sgd --cell mgu --threads 1 --out ";
    Result trained = Cli.run((train + model).split(" "));
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err())
        .contains("with 1 thread:")
        .containsPattern("memory: \\d+\\.\\d MiB for a training step, of which \\d+\\.\\d MiB");
    return model;
  }

  @Test
  void aModelFileIsExplainedAsItWasTrained() throws Exception {
    String model = trained();
    JsonNode explained = Cli.run("explain", model, "--json").json();
    assertThat(explained.get("timesteps").intValue()).isEqualTo(10);
    assertThat(explained.get("batch").intValue()).isEqualTo(4);
    assertThat(explained.at("/layers/0/cells/0/cell").textValue())
        .isEqualTo("MinimalGatedUnitCell");
    assertThat(explained.at("/memory/optimizer_bytes").longValue()).isZero();
    JsonNode inspected = Cli.run("inspect", model, "--json").json();
    assertThat(explained.at("/memory/parameter_bytes").longValue())
        .isEqualTo(4 * inspected.get("parameters").longValue());

    JsonNode larger = Cli.run("explain", model, "--batch", "64", "--chunk", "96", "--json").json();
    assertThat(larger.get("timesteps").intValue()).isEqualTo(96);
    assertThat(larger.get("batch").intValue()).isEqualTo(64);
    assertThat(Cli.run("explain", model + ".checkpoint").out())
        .startsWith(model + ".checkpoint: a training step is 10 timesteps x 4 rows");

    // A resumed training is explained by the settings of its checkpoint.
    JsonNode resumed =
        Cli.run("explain", "adding", "--json", "--resume", model + ".checkpoint").json();
    assertThat(resumed.at("/layers/0/cells/0/cell").textValue()).isEqualTo("MinimalGatedUnitCell");
  }

  /** Attention is not predicted yet. */
  @Test
  void aModelWithAnEncoderIsExplainedLayerByLayer() {
    assertThat(Cli.run("explain", "numbers", "--pairs", "100", "--hidden", "4").out())
        .contains("encoder.layers.1 BidirectionalLayer", "layers.1 AttentionDecoderLayer")
        .containsPattern("forward: \\d+ operations over the positions of each row");
  }

  @Test
  void itSaysWhereAStepIsNotPlanned() throws Exception {
    assertThat(explain("--execution definition").out())
        .contains("LstmCell 2 -> 64 runs as defined, step by step: plans are switched off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "adding --batch 0|--batch expected a whole number from 1 to 16777216 but got '0'",
        "adding --hidden x|--hidden expected a whole number from 1 to 16777216 but got 'x'",
        "adding --hiden 3|'comporta explain adding' has no option '--hiden'; did you mean '--hidden'?",
        "--hiden 3 adding|'comporta explain' has no option '--hiden'",
        "adding --cell lstn|did you mean 'lstm'?",
        "adding --backend smid|unknown backend 'smid'",
        "adding --threads 0|--threads expected a whole number from 1 to 1024 but got '0'",
        "adding --hidden 200000|more than 2147483583 elements, the limit for one tensor",
        "adding --resume nowhere|there is no file",
        "adding surplus|does not take the argument 'surplus'",
        "ading|there is no task and no file 'ading': did you mean the task 'adding'?",
        "nowhere.model|there is no task and no file 'nowhere.model': the tasks are ",
        "|expected a task or a model file to explain but got none: the tasks are ",
      })
  void refusesWhatItCannotExplain(String flags, String expected) {
    List<String> words = new ArrayList<>(List.of("explain"));
    if (flags != null && !flags.isEmpty()) {
      words.addAll(Arrays.asList(flags.split(" ")));
    }
    Result result = Cli.run(words.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.lastError()).startsWith("comporta: ").contains(expected);
  }

  @Test
  void refusesModelFilesAndSizesThatItCannotExplain() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "a text");
    assertThat(Cli.run("explain", text.toString()).refusal()).contains(text.toString());
    assertThat(Cli.run("explain", folder.toString()).refusal()).contains(folder.toString());
    String model = trained();
    assertThat(Cli.run("explain", model, "--batch", "0").refusal())
        .contains("--batch expected a whole number from 1 to 16777216 but got '0'");
    assertThat(Cli.run("explain", model, "--chunk", "many").refusal())
        .contains("--chunk expected a whole number from 1 to 16777216 but got 'many'");
    assertThat(Cli.run("explain", model, "--hidden", "5").refusal())
        .contains("'comporta explain' has no option '--hidden'");
    assertThat(Cli.run("explain", model, "--batch", "16000000").refusal())
        .contains("2147483583 floats per tensor, the limit of one array");
  }
}
