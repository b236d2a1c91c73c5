package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.frame.Interruption;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job from end to end, on a text of one page. */
class CharLmJobTest {
  private static final String TEXT =
      "the sluice gate opens and the water flows; the gate closes and the water waits.\n"
          .repeat(12);

  @TempDir private Path folder;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(folder.resolve("text.txt"), TEXT);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  /** A training that takes a fraction of a second. */
  private String[] train(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", "char-lm", "--text", text.toString(), "--hidden", "9"));
    arguments.addAll(List.of("--embedding", "5", "--batch", "4", "--chunk", "8"));
    arguments.addAll(Arrays.asList(more));
    return arguments.toArray(String[]::new);
  }

  @Test
  void trainEvaluateInspectGenerate() throws Exception {
    String model = path("m.comporta");
    JsonNode figures =
        Cli.run(train("--steps", "60", "--threads", "1", "--out", model, "--json")).json();
    List<String> keys = new ArrayList<>();
    figures.fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .containsExactly(
            "task",
            "steps",
            "tokens",
            "seconds",
            "tokens_per_second",
            "train_loss",
            "validation_loss",
            "validation_bits_per_character",
            "validation_perplexity",
            "validation_accuracy",
            "validation_characters",
            "baseline_loss",
            "baseline_bits_per_character",
            "metric",
            "baseline",
            "baseline_value",
            "beats_baseline",
            "parameters",
            "threads",
            "backend",
            "model");
    assertThat(figures.get("task").textValue()).isEqualTo("char-lm");
    assertThat(figures.get("steps").intValue()).isEqualTo(60);
    assertThat(figures.get("threads").intValue()).isEqualTo(1);
    assertThat(figures.get("model").textValue()).isEqualTo(model);
    double validationLoss = figures.get("validation_loss").doubleValue();
    int characters = (int) TEXT.chars().distinct().count();
    assertThat(validationLoss).isBetween(0.0, Math.log(characters) - 0.1);

    // The validation part, measured from its own file, has the loss that training reported.
    String validation = TEXT.substring((int) Math.floor(TEXT.length() * (1 - 0.1)));
    Path end = Files.writeString(folder.resolve("end.txt"), validation);
    JsonNode evaluated =
        Cli.run("evaluate", "--model", model, "--text", end.toString(), "--json").json();
    assertThat(evaluated.get("loss").doubleValue()).isEqualTo(validationLoss);
    assertThat(evaluated.get("bits_per_character").doubleValue())
        .isCloseTo(validationLoss / Math.log(2), within(1e-12));
    assertThat(evaluated.get("perplexity").doubleValue())
        .isCloseTo(Math.exp(validationLoss), within(1e-12));
    assertThat(evaluated.get("characters").intValue()).isEqualTo(validation.length() - 1);
    // Guessing the most frequent character is right as often as it occurs.
    double mostFrequent = validation.chars().filter(c -> c == ' ').count();
    assertThat(evaluated.get("accuracy").doubleValue())
        .isBetween(mostFrequent / validation.length(), 1.0);
    assertThat(Cli.run("evaluate", "--model", model, "--text", end.toString()).out())
        .contains(
            "perplexity %.3f per character, %.4f bits per character, accuracy %.2f %%, over"
                .formatted(
                    evaluated.get("perplexity").doubleValue(),
                    evaluated.get("bits_per_character").doubleValue(),
                    100 * evaluated.get("accuracy").doubleValue()));

    JsonNode inspected = Cli.run("inspect", model, "--json").json();
    assertThat(inspected.get("kind").textValue()).isEqualTo("model");
    assertThat(inspected.get("parameters").intValue())
        .isEqualTo(figures.get("parameters").intValue());
    assertThat(inspected.at("/specification/name").textValue()).isEqualTo("sequential");
    assertThat(inspected.at("/provenance/seed").intValue()).isEqualTo(1);
    assertThat(inspected.at("/metrics/validation_loss").doubleValue()).isEqualTo(validationLoss);
    JsonNode first = inspected.get("tensors").get(0);
    assertThat(first.get("name").textValue()).startsWith("layers.0.");
    assertThat(first.get("dtype").textValue()).isEqualTo("f32");
    assertThat(first.get("shape").get(0).intValue()).isEqualTo(characters);
    assertThat(first.get("count").intValue()).isEqualTo(characters * 5);
    assertThat(first.get("sha256").textValue()).hasSize(64);
    assertThat(Cli.run("inspect", model).out()).contains("cell: lstm", "hidden: 9", "sha256");

    String[] generate = {
      "generate", "--model", model, "--prompt", "the ", "--length", "40", "--seed", "7"
    };
    Result generated = Cli.run(generate);
    assertThat(generated.code()).as(generated.err()).isZero();
    assertThat(generated.out().strip()).startsWith("the ");
    assertThat(Cli.run(generate).out()).isEqualTo(generated.out());
    String[] nine = {"generate", "--model", model, "--length", "9", "--json"};
    assertThat(Cli.run(nine).json().get("text").textValue()).hasSize(9);
    String greedy =
        Cli.run("generate", "--model", model, "--temperature", "0", "--seed", "1").out();
    assertThat(Cli.run("generate", "--model", model, "--temperature", "0", "--seed", "2").out())
        .isEqualTo(greedy)
        .isEqualTo(Cli.run("generate", "--model", model, "--top-k", "1", "--seed", "3").out());
  }

  @Test
  void bytePairsAreTrainedMeasuredAndWritten() throws Exception {
    String german = TEXT.replace("sluice", "größte Schleuse");
    Files.writeString(text, german);
    String[] pairs = train("--tokens", "bpe", "--merges", "30", "--validation", "0.2");
    String model = path("pairs");
    JsonNode figures = Cli.run(concat(pairs, "--steps", "40", "--out", model, "--json")).json();
    double loss = figures.get("validation_loss").doubleValue();
    assertThat(figures.get("validation_perplexity_per_token").doubleValue())
        .isCloseTo(Math.exp(loss), within(1e-9));
    assertThat(figures.has("baseline_loss")).isFalse();
    double bits = figures.get("validation_bits_per_character").doubleValue();
    assertThat(bits).isLessThan(loss / Math.log(2)); // a token is more than a character

    // The validation part from its own file: same tokens, same loss, and its characters counted.
    String validation = german.substring((int) Math.floor(german.length() * (1 - 0.2)));
    Path end = Files.writeString(folder.resolve("end.txt"), validation);
    JsonNode evaluated =
        Cli.run("evaluate", "--model", model, "--text", end.toString(), "--json").json();
    assertThat(evaluated.get("loss").doubleValue()).isEqualTo(loss);
    assertThat(evaluated.get("perplexity_per_token").doubleValue())
        .isCloseTo(Math.exp(loss), within(1e-9));
    assertThat(evaluated.has("perplexity")).isFalse();
    int tokens = evaluated.get("tokens").intValue();
    int characters = evaluated.get("characters").intValue();
    assertThat(characters).isBetween(validation.length() - 16, validation.length() - 1);
    assertThat(tokens).isLessThan(characters);
    assertThat(evaluated.get("bits_per_character").doubleValue())
        .isEqualTo(bits)
        .isCloseTo(loss / Math.log(2) * tokens / characters, within(1e-12));
    assertThat(evaluated.get("accuracy").doubleValue()).isBetween(0.0, 1.0);
    assertThat(Cli.run("evaluate", "--model", model, "--text", end.toString()).out())
        .contains("per token", "bits per character", tokens + " tokens");

    JsonNode inspected = Cli.run("inspect", model, "--json").json();
    assertThat(inspected.at("/provenance/hyper_parameters/options/tokens").textValue())
        .isEqualTo("bpe");
    String[] generate = {"generate", "--model", model, "--length", "20", "--json"};
    String written =
        Cli.run(concat(generate, "--prompt", "größte 水")).json().get("text").textValue();
    assertThat(written).isNotEmpty(); // no character is unknown

    // The checkpoint knows what its tokens are.
    Cli.run("train", "char-lm", "--resume", path("pairs.checkpoint"), "--steps", "50", "--json")
        .json();
    assertThat(Cli.run(concat(pairs, "--steps", "2", "--out", path("p2"))).out())
        .contains("per token, ", "bits per character, ", " tokens, baseline ");
  }

  @Test
  void bytesNeedNoJoins() throws Exception {
    String model = path("bytes");
    Cli.run(train("--tokens", "bytes", "--steps", "3", "--out", model, "--json")).json();
    JsonNode evaluated =
        Cli.run("evaluate", "--model", model, "--text", text.toString(), "--json").json();
    assertThat(evaluated.get("bytes").intValue()).isEqualTo(TEXT.length() - 1);
    assertThat(evaluated.get("perplexity_per_byte").doubleValue()).isPositive();
    assertThat(Cli.run(train("--tokens", "bytes", "--merges", "9")).refusal())
        .contains("--merges goes with --tokens bpe; leave it out");
  }

  @Test
  void withoutJsonTheSummaryAndASampleArePrinted() {
    Result result = Cli.run(train("--steps", "3", "--sample", "20", "--out", path("m")));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("validation loss ", ", baseline ", "saved " + path("m"), "sample:");
    assertThat(result.err()).contains("characters to train on");
  }

  @Test
  void linesArePredictedOneByOne() throws Exception {
    Cli.run(train("--steps", "3", "--out", path("m"), "--json")).json();
    Path lines = Files.writeString(folder.resolve("lines"), "the gate\n\n");
    String[] predict = {"predict", "--model", path("m"), "--input", lines.toString(), "--json"};
    List<String> answers = Cli.run(concat(predict, "--length", "7")).out().lines().toList();
    assertThat(answers).hasSize(2);
    JsonNode first = Cli.parse(answers.getFirst());
    assertThat(first.get("text").textValue()).isEqualTo("the gate");
    assertThat(first.get("tokens").intValue()).isEqualTo(8);
    assertThat(first.get("perplexity").doubleValue())
        .isCloseTo(Math.exp(first.get("loss").doubleValue()), within(1e-12));
    assertThat(first.get("next")).hasSize(5);
    assertThat(first.get("continuation").textValue()).hasSize(7);
    assertThat(Cli.parse(answers.get(1)).get("tokens").intValue()).isZero();
    Files.writeString(lines, "the gate\nquay\n");
    assertThat(Cli.run(predict).err()).contains("'q' (U+0071) at position 0 of line 2 of " + lines);
  }

  @Test
  void anotherTextCanBeHeldOutAndModelsContinueWithTheirCharacters() throws Exception {
    Path held = Files.writeString(folder.resolve("held"), "the water gate waits; so it closes.\n");
    String[] whole = {"--steps", "3", "--validation-data", held.toString(), "--json"};
    JsonNode figures = Cli.run(train(concat(whole, "--out", path("m")))).json();
    assertThat(figures.get("validation_characters").intValue()).isEqualTo(35);
    assertThat(Cli.run(train(concat(whole, "--validation", "0.2"))).refusal())
        .contains("expected either --validation-data or --validation");
    String[] from = {"--from", path("m"), "--steps", "2", "--out", path("again")};
    assertThat(Cli.run(train(from)).err()).contains("reused: ");
    assertThat(Cli.run(train(concat(from, "--tokens", "bpe"))).refusal())
        .contains("--tokens goes with a run without --from");
  }

  @Test
  void textsOfOtherEncodingsAreRead() throws Exception {
    String german = TEXT.replace("sluice", "größte Schleuse");
    Files.writeString(text, german);
    JsonNode utf8 = Cli.run(train("--steps", "3", "--out", path("utf8"), "--json")).json();
    for (String encoding : List.of("ISO-8859-1", "UTF-16")) {
      Files.writeString(text, german, Charset.forName(encoding));
      String[] flags = {"--steps", "3", "--out", path("m"), "--json"};
      assertThat(Cli.run(train(concat(flags, "--encoding", "ascii"))).refusal())
          .contains("is not US-ASCII", "give its encoding with --encoding");
      JsonNode other = Cli.run(train(concat(flags, "--encoding", encoding))).json();
      assertThat(other.get("validation_loss")).isEqualTo(utf8.get("validation_loss"));
      String[] evaluate = {"evaluate", "--model", path("m"), "--data", text.toString()};
      assertThat(Cli.run(concat(evaluate, "--encoding", encoding, "--json")).json().get("loss"))
          .isNotNull();
    }
    assertThat(Cli.run(train("--encoding", "latin-9000")).refusal())
        .contains("--encoding expected the name of a charset")
        .contains("but got 'latin-9000'");
  }

  @Test
  void theThreadsChangeNoBit() throws Exception {
    Cli.run(train("--steps", "15", "--threads", "1", "--out", path("one"), "--json")).json();
    Cli.run(train("--steps", "15", "--threads", "2", "--out", path("two"), "--json")).json();
    assertThat(Cli.run("inspect", path("two"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("one"), "--json").tensors());
  }

  @Test
  void aResumedRunEndsInTheSameBits() throws Exception {
    String[] settings = {"--dropout", "0.1", "--optimizer", "nadam", "--checkpoint-every", "20"};
    String[] whole = train(concat(settings, "--epochs", "2", "--out", path("whole"), "--json"));
    int steps = Cli.run(whole).json().get("steps").intValue();
    List<String> expected = Cli.run("inspect", path("whole"), "--json").tensors();

    // From the last checkpoint but one, in a new process as it were.
    Files.copy(
        folder.resolve("whole.checkpoint.previous"), folder.resolve("again.checkpoint.previous"));
    JsonNode again =
        Cli.run("train", "char-lm", "--resume", path("again.checkpoint.previous"), "--json").json();
    assertThat(again.get("steps").intValue()).isEqualTo(steps);
    assertThat(again.get("model").textValue()).isEqualTo(path("again"));
    assertThat(Cli.run("inspect", path("again"), "--json").tensors()).isEqualTo(expected);

    // After an interruption before the first step.
    Interruption interruption = new Interruption();
    interruption.request();
    Result stopped =
        Cli.run(interruption, train(concat(settings, "--epochs", "2", "--out", path("stopped"))));
    assertThat(stopped.code()).isEqualTo(130);
    String checkpoint = path("stopped.checkpoint");
    assertThat(stopped.err())
        .contains(
            "stopped after step 0; continue with: comporta train char-lm --resume " + checkpoint);
    assertThat(folder.resolve("stopped")).doesNotExist();
    Cli.run("train", "char-lm", "--resume", checkpoint, "--json").json();
    assertThat(Cli.run("inspect", path("stopped"), "--json").tensors()).isEqualTo(expected);
  }

  @Test
  void aResumedRunMayBeLongerButNotAnother() throws Exception {
    String[] settings = {"--schedule", "constant", "--json"}; // cosine depends on the last step
    Cli.run(train(concat(settings, "--steps", "5", "--out", path("short")))).json();
    Cli.run(train(concat(settings, "--steps", "9", "--out", path("long")))).json();
    String checkpoint = path("short.checkpoint");
    JsonNode resumed =
        Cli.run("train", "char-lm", "--resume", checkpoint, "--steps", "9", "--json").json();
    assertThat(resumed.get("steps").intValue()).isEqualTo(9);
    assertThat(Cli.run("inspect", path("short"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("long"), "--json").tensors());

    assertThat(Cli.run("train", "char-lm", "--resume", checkpoint, "--hidden", "10").refusal())
        .contains("--hidden is 10 but the checkpoint was trained with 9");
    Path other = Files.writeString(folder.resolve("other.txt"), TEXT + "x");
    Result refused =
        Cli.run("train", "char-lm", "--resume", checkpoint, "--text", other.toString());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.lastError()).contains("give the same data");
  }

  @Test
  void aConfigurationFileGivesSettingsAndFlagsWin() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("config.json"),
            """
            {"cell": "gru", "hidden": 6, "steps": 4, "learning-rate": 0.01, "out": "%s"}
            """
                .formatted(path("m").replace("\\", "\\\\")));
    Cli.run(
            "train",
            "char-lm",
            "--config",
            config.toString(),
            "--text",
            text.toString(),
            "--hidden",
            "7",
            "--json")
        .json();
    JsonNode settings =
        Cli.run("inspect", path("m"), "--json").json().at("/provenance/hyper_parameters/options");
    assertThat(settings.get("cell").textValue()).isEqualTo("gru");
    assertThat(settings.get("hidden").intValue()).isEqualTo(7);
    assertThat(settings.get("learning-rate").doubleValue()).isEqualTo(0.01);
  }

  @Test
  void aRecipeGivesDefaultsAndFlagsWin() throws Exception {
    Cli.run(train("--recipe", "shakespeare", "--steps", "2", "--out", path("m"), "--json")).json();
    JsonNode settings =
        Cli.run("inspect", path("m"), "--json").json().at("/provenance/hyper_parameters/options");
    assertThat(settings.get("layers").intValue()).isEqualTo(2);
    assertThat(settings.get("dropout").doubleValue()).isEqualTo(0.3);
    assertThat(settings.get("hidden").intValue()).isEqualTo(9);
    assertThat(settings.get("learning-rate").doubleValue()).isEqualTo(0.003);
  }

  @Test
  void divergenceStopsAndKeepsTheLastGoodCheckpoint() throws Exception {
    Result result =
        Cli.run(
            train(
                "--optimizer",
                "sgd",
                "--learning-rate",
                "1e38",
                "--clip",
                "0",
                "--steps",
                "30",
                "--checkpoint-every",
                "1",
                "--out",
                path("m")));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.lastError()).contains("training diverged at step");
    assertThat(folder.resolve("m")).doesNotExist();
    Path checkpoint = folder.resolve("m.checkpoint");
    if (Files.exists(checkpoint)) {
      assertThat(Cli.run("inspect", checkpoint.toString()).code()).isZero();
    }
  }

  private static String[] concat(String[] first, String... second) {
    List<String> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(Arrays.asList(second));
    return all.toArray(String[]::new);
  }
}
