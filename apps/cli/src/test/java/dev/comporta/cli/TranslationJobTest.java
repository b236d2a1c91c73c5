package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Translation from end to end, on sentences whose words are turned round. */
class TranslationJobTest {
  @TempDir private Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void writePairs() throws IOException {
    TurnedPairs pairs = TurnedPairs.write(folder);
    source = pairs.source();
    target = pairs.target();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Result train(String model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "translation"));
    arguments.addAll(List.of("--source", source.toString(), "--target", target.toString()));
    arguments.addAll(List.of("--hidden", "16", "--embedding", "8", "--batch", "10"));
    arguments.addAll(List.of("--dropout", "0", "--label-smoothing", "0", "--validation", "0"));
    arguments.addAll(List.of("--out", path(model)));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private void trainWell(String model) throws Exception {
    JsonNode figures = train(model, "--epochs", "30", "--learning-rate", "0.02", "--json").json();
    assertThat(figures.get("train_loss").doubleValue()).isLessThan(0.05);
  }

  @Test
  void trainTranslateEvaluateDraw() throws Exception {
    trainWell("m.comporta");
    String model = path("m.comporta");
    Result translated =
        Cli.withInput("ein hund rot\n\nzwei katze rot\n", "translate", "--model", model);
    assertThat(translated.code()).as(translated.err()).isZero();
    assertThat(translated.out().lines()).containsExactly("red dog a", "", "red cat two");
    JsonNode predicted =
        Cli.withInput("ein hund rot\n", "predict", "--model", model, "--n-best", "2", "--json")
            .json();
    assertThat(predicted.get("translation").textValue()).isEqualTo("red dog a");
    assertThat(predicted.get("score").doubleValue()).isNegative();
    assertThat(predicted.get("n_best")).hasSize(2);

    Result best =
        Cli.withInput(
            "ein hund rot\nzwei katze rot",
            "translate",
            "--model",
            model,
            "--beam",
            "3",
            "--n-best",
            "2",
            "--scores");
    List<String> lines = best.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).matches("1\tred dog a\t-\\d+\\.\\d{4}");
    assertThat(lines.get(1)).startsWith("1\t");
    assertThat(lines.get(2)).startsWith("2\tred cat two\t");

    JsonNode measured =
        Cli.run(
                "evaluate",
                "--model",
                model,
                "--source",
                source.toString(),
                "--target",
                target.toString(),
                "--json")
            .json();
    assertThat(measured.get("exact_match").doubleValue()).isGreaterThan(0.95);
    assertThat(measured.get("chrf").doubleValue()).isGreaterThan(95);
    assertThat(measured.get("perplexity").doubleValue()).isBetween(1.0, 1.1);
    assertThat(measured.get("by_length").get(0).get("sentences").intValue()).isEqualTo(125);

    String page = path("look.html");
    assertThat(Cli.run("translate", "--model", model, "--picture", page, "ein hund rot").code())
        .isZero();
    assertThat(Files.readString(Path.of(page)))
        .contains("<svg", "red dog a", "coverage", "entropy", "probability", "Model: m.comporta")
        .doesNotContain("http://", "https://");
    String image = path("look.png");
    assertThat(Cli.run("translate", "--model", model, "--picture", image, "ein hund rot").code())
        .isZero();
    ByteBuffer png = ByteBuffer.wrap(Files.readAllBytes(Path.of(image)));
    assertThat(png.getLong()).isEqualTo(0x89504E470D0A1A0AL); // the signature of PNG
    assertThat(png.getInt(16)).as("width").isGreaterThan(200);
  }

  private Result compare(String picture, String... models) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--json"));
    arguments.addAll(List.of("--source", source.toString(), "--target", target.toString()));
    arguments.addAll(List.of("--picture", path(picture)));
    for (String model : models) {
      arguments.addAll(List.of("--model", path(model)));
    }
    return Cli.run(arguments.toArray(String[]::new));
  }

  @Test
  void modelsAreComparedByTheLengthOfTheSource() throws Exception {
    assertThat(train("with.comporta", "--steps", "3").code()).isZero();
    assertThat(train("none.comporta", "--steps", "3", "--attention", "none").code()).isZero();
    JsonNode models = compare("by.html", "with.comporta", "none.comporta").json().get("models");
    assertThat(models).hasSize(2);
    assertThat(models.get(1).get("model").textValue()).endsWith("none.comporta");
    assertThat(models.get(1).get("by_length").get(0).get("to").intValue()).isEqualTo(5);
    assertThat(Files.readString(Path.of(path("by.html"))))
        .contains("data:image/png;base64,", "with.comporta", "none.comporta", "<td>1-5</td>")
        .doesNotContain("http://", "https://");
    assertThat(compare("by.png", "with.comporta").code()).isZero();
    assertThat(ByteBuffer.wrap(Files.readAllBytes(Path.of(path("by.png")))).getLong())
        .isEqualTo(0x89504E470D0A1A0AL); // the signature of PNG

    assertThat(train("letters.comporta", "--steps", "1", "--tokens", "characters").code()).isZero();
    assertThat(compare("no.html", "with.comporta", "letters.comporta").refusal())
        .contains("some read characters and others words");
    assertThat(compare("no.gif", "with.comporta").refusal()).contains("ends in .html or .png");
    String again = "nowhere/../with.comporta";
    assertThat(compare("no.html", "with.comporta", again).refusal())
        .isEqualTo(
            "comporta: --model expected different models but got %s twice; give it once"
                .formatted(path(again)));
    assertThat(folder.resolve("no.html")).doesNotExist();
  }

  @Test
  void answersDoNotDependOnTheSentencesBesideThem() throws Exception {
    trainWell("m.comporta");
    StringBuilder together = new StringBuilder();
    List<String> alone = new ArrayList<>();
    for (String sentence : List.of("rot", "ein hund", "zwei katze rot ein hund", "hund")) {
      together.append(sentence).append('\n');
      alone.addAll(translate(sentence, "1"));
    }
    assertThat(translate(together.toString(), "4")).isEqualTo(alone);
  }

  private List<String> translate(String text, String batch) {
    Result result =
        Cli.withInput(
            text, "translate", "--model", path("m.comporta"), "--batch", batch, "--scores");
    return result.out().lines().toList();
  }

  @Test
  void aStoppedAndResumedTrainingEndsInTheSameBits() throws Exception {
    assertThat(train("whole.comporta", "--steps", "20").code()).isZero();
    assertThat(train("part.comporta", "--steps", "9", "--schedule", "constant").code()).isZero();
    assertThat(train("all.comporta", "--steps", "20", "--schedule", "constant").code()).isZero();
    assertThat(
            Cli.run(
                    "train",
                    "translation",
                    "--resume",
                    path("part.comporta.checkpoint"),
                    "--steps",
                    "20")
                .code())
        .isZero();
    assertThat(Cli.run("inspect", path("part.comporta"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("all.comporta"), "--json").tensors());
  }

  @Test
  void everyRunEndsWithAScoreOnPairsThatWereHeldOut() throws Exception {
    String[] held = {"--validation", "0.2", "--steps", "2", "--json"};
    JsonNode figures = train("m.comporta", held).json();
    assertThat(figures.get("test_pairs").intValue()).isEqualTo(25);
    assertThat(figures.get("validation_loss").doubleValue()).isPositive();
    assertThat(figures.get("baseline").textValue()).isEqualTo("copying the source");
    assertThat(figures.get("bleu").doubleValue()).isBetween(0.0, 100.0);
    assertThat(train("m.comporta", "--steps", "2").out())
        .contains("of 125 pairs that the model was trained on, as none were held out", "BLEU");
  }

  @Test
  void oneFileWithTabsTrainsAndTestsLikeTwo() throws Exception {
    assertThat(train("two.comporta", "--steps", "3").code()).isZero();
    List<String> sources = Files.readAllLines(source);
    List<String> targets = Files.readAllLines(target);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sources.size(); i++) {
      text.append(sources.get(i)).append('\t').append(targets.get(i)).append('\n');
    }
    String data = Files.writeString(folder.resolve("pairs.tsv"), text).toString();
    String[] options = {
      "train",
      "translation",
      "--data",
      data,
      "--test-data",
      data,
      "--validation",
      "0",
      "--hidden",
      "16",
      "--embedding",
      "8",
      "--batch",
      "10",
      "--dropout",
      "0",
      "--label-smoothing",
      "0",
      "--steps",
      "3",
      "--out",
      path("one.comporta"),
      "--json"
    };
    JsonNode figures = Cli.run(options).json();
    assertThat(figures.get("test_sentences").intValue()).isEqualTo(125);
    assertThat(Cli.run("inspect", path("one.comporta"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("two.comporta"), "--json").tensors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "dot", "scaled-dot", "general"})
  void otherScoresAndNoneTrainToo(String attention) throws Exception {
    JsonNode figures =
        train("m.comporta", "--attention", attention, "--steps", "3", "--json").json();
    assertThat(figures.get("train_loss").doubleValue()).isPositive();
  }

  @Test
  void datesAreGeneratedTrainedAndMeasured() throws Exception {
    JsonNode figures =
        Cli.run(
                "train",
                "dates",
                "--steps",
                "2",
                "--pairs",
                "64",
                "--hidden",
                "8",
                "--out",
                path("d.comporta"),
                "--json")
            .json();
    assertThat(figures.get("exact_match").doubleValue()).isBetween(0.0, 1.0);
    JsonNode again = Cli.run("evaluate", "--model", path("d.comporta"), "--json").json();
    assertThat(again.get("exact_match")).isEqualTo(figures.get("exact_match"));
    assertThat(again.get("sentences").intValue()).isEqualTo(1000);
    assertThat(Cli.run("train", "dates", "--locales", "en,xx").refusal())
        .isEqualTo(
            "comporta: --locales expected languages that this Java knows, such as en,de,pt, but got 'xx'");
  }

  @Test
  void badInputIsOneSentence() throws Exception {
    Path shorter = Files.writeString(folder.resolve("short.txt"), "a\nb\n");
    assertThat(
            Cli.run(
                    "train",
                    "translation",
                    "--source",
                    source.toString(),
                    "--target",
                    shorter.toString())
                .refusal())
        .isEqualTo(
            "comporta: [pairs] expected as many lines in both files, each the translation of the other's, but %s has 125 and %s has 2"
                .formatted(source, shorter));
    assertThat(Cli.run("train", "translation", "--source", source.toString()).refusal())
        .contains("but got one of them");
    assertThat(train("m.comporta", "--steps", "1").code()).isZero();
    String model = path("m.comporta");
    assertThat(Cli.withInput("x", "translate", "--model", model, "--beam", "0").refusal())
        .isEqualTo("comporta: --beam expected a whole number from 1 to 10000 but got '0'");
    assertThat(Cli.withInput("x", "translate", "--model", model, "--n-best", "9").refusal())
        .isEqualTo("comporta: --n-best expected a number from 1 to the beam of 5 but got 9");
    assertThat(Cli.run("translate", "--model", model, "--picture", path("p.gif"), "x").refusal())
        .contains("ends in .html or .png");
    assertThat(Cli.run("evaluate", "--model", model).refusal()).contains("expected --data, or");
    assertThat(train("n.comporta", "--attention", "adaptive").refusal()).contains("adaptive");
  }
}
