package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.frame.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training on words from end to end, on a text of a few sentences. */
class WordLmJobTest {
  @TempDir private Path folder;
  private Path text;
  private Path validation;

  @BeforeEach
  void writeTexts() throws IOException {
    text =
        Files.writeString(
            folder.resolve("train.txt"),
            "the gate opens\nthe water flows under the gate\nthe gate closes\n".repeat(20));
    validation =
        Files.writeString(
            folder.resolve("valid.txt"), "the water flows\nthe sluice closes under the gate\n");
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "word-lm"));
    if (!List.of(more).contains("--validation-text") && !List.of(more).contains("--validation")) {
      arguments.addAll(List.of("--validation", "0"));
    }
    arguments.addAll(List.of("--text", text.toString(), "--hidden", "8", "--chunk", "5"));
    arguments.addAll(List.of("--batch", "4"));
    arguments.addAll(Arrays.asList(more));
    return arguments.toArray(String[]::new);
  }

  @Test
  void trainEvaluateGenerate() throws Exception {
    String model = path("m.comporta");
    JsonNode figures =
        Cli.run(
                train(
                    "--validation-text",
                    validation.toString(),
                    "--recipe",
                    "zaremba-small",
                    "--out",
                    model,
                    "--json"))
            .json();
    // 60 sentences of 12 / 3 words on average, each with its end, in 4 streams of 5
    int tokens = 20 * (4 + 7 + 4);
    assertThat(figures.get("steps").intValue()).isEqualTo(13 * (tokens / 4 / 5));
    assertThat(figures.get("tokens").intValue()).isEqualTo(13 * tokens);
    double loss = figures.get("validation_loss").doubleValue();
    assertThat(figures.get("validation_perplexity").doubleValue())
        .isCloseTo(Math.exp(loss), within(1e-9));
    assertThat(figures.get("baseline_perplexity").doubleValue()).isGreaterThan(1);
    assertThat(figures.get("train_loss").doubleValue()).isLessThan(Math.log(8) - 0.1);

    JsonNode evaluated =
        Cli.run("evaluate", "--model", model, "--text", validation.toString(), "--json").json();
    assertThat(evaluated.get("loss").doubleValue()).isEqualTo(loss);
    assertThat(evaluated.get("perplexity").doubleValue()).isEqualTo(Math.exp(loss));
    assertThat(evaluated.get("words").intValue()).isEqualTo(3 + 1 + 6 + 1);
    assertThat(evaluated.get("sentences").intValue()).isEqualTo(2);
    assertThat(evaluated.get("unknown_words").intValue()).isEqualTo(1);
    assertThat(
            Cli.run("evaluate", "--model", model, "--text", validation.toString(), "--threads", "1")
                .out())
        .startsWith("perplexity ");

    JsonNode inspected = Cli.run("inspect", model, "--json").json();
    JsonNode settings = inspected.at("/provenance/hyper_parameters/options");
    assertThat(settings.get("recipe").textValue()).isEqualTo("zaremba-small");
    assertThat(settings.get("hold").intValue()).isEqualTo(4);
    assertThat(settings.get("loss-over-time").textValue()).isEqualTo("sum");

    String[] generate = {"generate", "--model", model, "--prompt", "the water", "--length", "12"};
    Result generated = Cli.run(generate);
    assertThat(generated.code()).as(generated.err()).isZero();
    assertThat(generated.out()).startsWith("the water");
    assertThat(Cli.run(generate).out()).isEqualTo(generated.out());
  }

  @Test
  void theLastSentencesAreHeldOut() throws Exception {
    Files.writeString(text, Files.readString(text) + Files.readString(validation).repeat(7));
    JsonNode figures =
        Cli.run(train("--validation", "0.18", "--steps", "9", "--out", path("m"), "--json")).json();
    // 14 of 74 sentences, of which 7 have an unknown word
    assertThat(figures.get("validation_sentences").intValue()).isEqualTo(14);
    assertThat(figures.get("validation_unknown_words").intValue()).isEqualTo(7);
    Path end = Files.writeString(folder.resolve("end"), Files.readString(validation).repeat(7));
    assertThat(
            Cli.run("evaluate", "--model", path("m"), "--data", end.toString(), "--json")
                .json()
                .get("loss"))
        .isEqualTo(figures.get("validation_loss"));
    assertThat(figures.get("baseline_perplexity")).isEqualTo(figures.get("baseline_value"));
  }

  @Test
  void unknownWordsAreReportedAndNotWritten() throws Exception {
    Files.writeString(text, "the a\nthe b\nthe c\nthe d\nthe <unk>\nthe <unk>\n".repeat(4));
    String[] train = {"--minimum-frequency", "5", "--steps", "40", "--out", path("m"), "--json"};
    Cli.run(train(train)).json();
    String[] generate = {"generate", "--model", path("m"), "--length", "60", "--prompt", "a quay"};
    Result careful = Cli.run(generate);
    assertThat(careful.err()).contains("does not know these words of the prompt", "a, quay");
    assertThat(careful.out()).startsWith("a quay").doesNotContain("<unk>");
    List<String> allowed = new ArrayList<>(Arrays.asList(generate));
    allowed.add("--allow-unknown");
    assertThat(Cli.run(allowed.toArray(String[]::new)).out()).contains("<unk>");
  }

  @Test
  void parametersStartInTheRangeOfTheRecipe() throws Exception {
    Result result = Cli.run(train("--steps", "1", "--learning-rate", "1e-30", "--out", path("m")));
    assertThat(result.code()).as(result.err()).isZero();
    var file = dev.comporta.serialization.ModelFiles.read(folder.resolve("m"));
    assertThat(file.tensors())
        .allSatisfy(tensor -> {
          float most = 0;
          for (float value : tensor.values()) {
            most = Math.max(most, Math.abs(value));
          }
          assertThat(most).as(tensor.name()).isBetween(0.03f, 0.1f);
        });
  }

  @Test
  void theSumOverTimeIsTheMeanWithOtherNumbers() throws Exception {
    Cli.run(train("--steps", "9", "--out", path("sum"), "--json")).json();
    String[] mean = {
      "--steps", "9", "--loss-over-time", "mean", "--learning-rate", "5", "--clip", "1"
    };
    List<String> arguments = new ArrayList<>(List.of(mean));
    arguments.addAll(List.of("--out", path("mean"), "--json"));
    Cli.run(train(arguments.toArray(String[]::new))).json();
    assertThat(Cli.run("inspect", path("mean"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("sum"), "--json").tensors());
  }

  @Test
  void aResumedRunEndsInTheSameBits() throws Exception {
    String[] settings = {"--dropout", "0.2", "--epochs", "3", "--checkpoint-every", "20"};
    List<String> whole = new ArrayList<>(Arrays.asList(settings));
    whole.addAll(List.of("--out", path("whole"), "--json"));
    Cli.run(train(whole.toArray(String[]::new))).json();
    Interruption interruption = new Interruption();
    interruption.request();
    List<String> first = new ArrayList<>(Arrays.asList(settings));
    first.addAll(List.of("--out", path("again")));
    assertThat(Cli.run(interruption, train(first.toArray(String[]::new))).code()).isEqualTo(130);
    Cli.run("train", "word-lm", "--resume", path("again.checkpoint"), "--json").json();
    assertThat(Cli.run("inspect", path("again"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("whole"), "--json").tensors());
    assertThat(Cli.run("train", "char-lm", "--resume", path("again.checkpoint")).refusal())
        .contains("was written by comporta train word-lm; resume it with that task");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--recipe zaremba-tiny|unknown value of --recipe 'zaremba-tiny'|did you mean",
        "--cell lstn|unknown cell 'lstn'|did you mean 'lstm'?",
        "--hold 3 --schedule cosine|--hold goes with --schedule epoch-decay|leave it out",
        "--divisor 0|--divisor expected a finite number above 0|but got '0'",
        "--loss-over-time sum --optimizer adam|goes with --optimizer sgd but it is adam|use mean",
        "--loss-over-time median|unknown value of --loss-over-time 'median'|mean, sum",
        "--vocabulary 2|--vocabulary expected a whole number of 3 or more|but got '2'",
        "--minimum-frequency 0|--minimum-frequency expected a whole number of 1|but got '0'",
        "--minimum-frequency 900|at least 900 times but there are none|smaller",
        "--initial-range 0|--initial-range expected a finite number above 0|but got '0'",
        "--batch 300|expected more ids than a batch of 300 rows|smaller batch",
        "--hidden 2000000000|--hidden expected a whole number from 1 to|but got '2000000000'",
        "--validation-text nowhere.txt|there is no nowhere.txt|one sentence per line",
      })
  void refusesSettings(String flags, String expected, String got) {
    List<String> words = new ArrayList<>(List.of("train", "word-lm", "--text", text.toString()));
    words.addAll(List.of("--out", path("m"), "--chunk", "5"));
    words.addAll(List.of(flags.split(" ", -1)));
    Result result = Cli.run(words.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.lastError()).contains(expected).contains(got);
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @Test
  void refusesTextsThatCannotBeUsed() throws Exception {
    assertThat(Cli.run("train", "word-lm").refusal()).contains("expected --data");
    assertThat(Cli.run("train", "word-lm", "--text", path("none")).refusal())
        .contains("there is no " + path("none"));
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThat(Cli.run("train", "word-lm", "--text", empty.toString()).refusal())
        .contains("is empty");
    Cli.run(train("--steps", "1", "--out", path("m"), "--json")).json();
    assertThat(Cli.run("evaluate", "--model", path("m"), "--text", empty.toString()).refusal())
        .contains("is empty");
    assertThat(Cli.run("generate", "--model", path("m"), "--length", "0").refusal())
        .contains("--length expected a whole number from 1 to");
  }
}
