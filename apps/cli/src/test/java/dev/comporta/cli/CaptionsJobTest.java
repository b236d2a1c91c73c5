package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import dev.comporta.frame.Interruption;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captions from end to end, with a model that is small. */
class CaptionsJobTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(String flags, String out) {
    String small = "train captions --filters 4 --hidden 16 --embedding 8 --scenes 64 --batch 16";
    return words(small + " " + flags, out);
  }

  private String[] words(String flags, String out) {
    List<String> words = new ArrayList<>(List.of(flags.split(" ", -1)));
    words.addAll(List.of("--out", path(out)));
    return words.toArray(String[]::new);
  }

  @Test
  void trainEvaluateCaptionDraw() throws Exception {
    JsonNode figures =
        Cli.run(train("--steps 60 --learning-rate 0.02 --json", "m.comporta")).json();
    assertThat(figures.get("task").textValue()).isEqualTo("captions");
    assertThat(figures.get("train_loss").doubleValue()).as("log 42 is 3.74").isLessThan(2.2);
    assertThat(figures.get("exact_meaning").doubleValue()).isBetween(0.0, 1.0);
    assertThat(figures.get("test_scenes").intValue()).isEqualTo(2000);
    assertThat(figures.get("baseline").textValue()).isEqualTo("the most frequent caption");
    assertThat(figures.get("baseline_value").doubleValue()).isBetween(0.0005, 0.02);

    String model = path("m.comporta");
    Result table = Cli.run("evaluate", "--model", model, "--scenes", "30");
    assertThat(table.code()).as(table.err()).isZero();
    assertThat(table.out()).startsWith("figures  scenes   exact").contains("\nall ");
    JsonNode measured =
        Cli.run("evaluate", "--model", model, "--scenes", "60", "--seed", "9", "--json").json();
    assertThat(measured.get("scenes").intValue()).isEqualTo(60);
    int verdicts = 0;
    for (String verdict : List.of("exact", "wrong_relation", "wrong_figures", "no_sentence")) {
      verdicts += measured.get(verdict).intValue();
    }
    assertThat(verdicts).isEqualTo(60);
    assertThat(measured.get("by_figures")).hasSize(3);

    Result drawn = examples("--count", "2", "--seed", "9");
    String first = path("scenes/scene-0.png");
    assertThat(drawn.out().lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith(first + "\tthere is a "));
    JsonNode folders =
        Cli.run("evaluate", "--model", model, "--data", path("scenes"), "--json").json();
    assertThat(folders.get("scenes").intValue()).isEqualTo(2);
    assertThat(folders.get("exact_sentence").doubleValue()).isBetween(0.0, 1.0);
    Result said =
        Cli.run(
            "caption",
            "--model",
            model,
            "--image",
            first,
            "--image",
            path("scenes/scene-1.png"),
            "--n-best",
            "2",
            "--scores");
    assertThat(said.code()).as(said.err()).isZero();
    List<String> lines = said.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).matches("1\t.*\t-\\d+\\.\\d{4}");
    assertThat(lines.get(3)).startsWith("2\t");
    assertThat(
            Cli.run("caption", "--model", model, "--image", path("scenes/scene-1.png"), "--scores")
                .out()
                .strip())
        .as("alone as beside another")
        .isEqualTo(lines.get(2).substring(2));

    String second = path("scenes/scene-1.png");
    assertThat(
            Cli.run("caption", "--model", model, first, second, "--n-best", "2", "--scores").out())
        .as("files as arguments")
        .isEqualTo(said.out());
    Result predicted =
        Cli.withInput(first + "\n\n" + second + "\n", "predict", "--model", model, "--json");
    assertThat(predicted.out().lines())
        .as(predicted.err())
        .hasSize(2)
        .anyMatch(line -> line.contains("scene-1.png\",\"rank\":1,\"caption\":\""));

    manyPicturesAreReadInGroups(model, lines.get(2).substring(2));

    Result page =
        Cli.run("caption", "--model", model, "--image", first, "--picture", path("look.html"));
    assertThat(page.code()).as(page.err()).isZero();
    assertThat(Files.readString(folder.resolve("look.html")))
        .contains("<h1>", "data:image/png;base64,", "Hypotheses")
        .contains("m.comporta", "class=\"scale\"")
        .doesNotContain("http://", "https://");
    Result image =
        Cli.run("caption", "--model", model, "--image", first, "--picture", path("look.png"));
    assertThat(image.code()).as(image.err()).isZero();
    ByteBuffer png = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("look.png")));
    assertThat(png.getLong()).isEqualTo(0x89504E470D0A1A0AL); // the signature of PNG
    assertThat(png.getInt(16)).as("width").isGreaterThan(200);
  }

  /** Of two scenes in turn, the second of which has this caption. */
  private void manyPicturesAreReadInGroups(String model, String caption) {
    List<String> many = new ArrayList<>(List.of("caption", "--model", model, "--scores"));
    for (int i = 0; i < 103; i++) {
      many.addAll(List.of("--image", path("scenes/scene-%d.png".formatted(i % 2))));
    }
    List<String> said = Cli.run(many.toArray(String[]::new)).out().lines().toList();
    assertThat(said).hasSize(103);
    for (int i = 1; i < said.size(); i += 2) {
      assertThat(said.get(i)).isEqualTo(caption);
      assertThat(said.get(i + 1)).isEqualTo(said.getFirst());
    }
  }

  @Tag("full")
  @Test
  void aResumedRunEndsInTheSameBits() throws Exception {
    Cli.run(train("--steps 9 --validate-every 4 --json", "whole")).json();
    Interruption interruption = new Interruption();
    interruption.request();
    Result stopped = Cli.run(interruption, train("--steps 9 --validate-every 4", "again"));
    assertThat(stopped.code()).as(stopped.err()).isEqualTo(130);
    Cli.run("train", "captions", "--resume", path("again.checkpoint"), "--json").json();
    assertThat(Cli.run("inspect", path("again"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("whole"), "--json").tensors());
  }

  @Tag("full")
  @Test
  void cellsAndScoresTakeOptions() throws Exception {
    String options = "--cell lstm:peepholes=true --attention location:width=3 --steps 2 --json";
    Cli.run(train(options, "m")).json();
    List<String> tensors = Cli.run("inspect", path("m"), "--json").tensors();
    Cli.run(train(options.replace(":peepholes=true", ""), "plain")).json();
    assertThat(tensors)
        .hasSizeGreaterThan(Cli.run("inspect", path("plain"), "--json").tensors().size());
    assertThat(Cli.run("evaluate", "--model", path("m"), "--scenes", "5").code()).isZero();
  }

  @Test
  void aModelWithoutAttentionSaysSo() throws Exception {
    Cli.run(train("--steps 1 --attention none --json", "m")).json();
    examples("--count", "1");
    List<String> say =
        List.of("caption", "--model", path("m"), "--image", path("scenes/scene-0.png"));
    assertThat(with(say, "--picture", path("look.png")).refusal())
        .contains("expected a model with attention for a .png but this one has none");
    assertThat(with(say, "--picture", path("look.html")).code()).isZero();
    assertThat(Files.readString(folder.resolve("look.html"))).contains("has no attention");
  }

  /** Writes scenes to a folder. */
  private Result examples(String... flags) {
    Result written = with(List.of("examples", "captions", "--out", path("scenes")), flags);
    assertThat(written.code()).as(written.err()).isZero();
    return written;
  }

  private static Result with(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void badInputIsOneSentence() throws Exception {
    Cli.run(train("--steps 1 --json", "m")).json();
    examples("--count", "1");
    String image = path("scenes/scene-0.png");
    Path text = Files.writeString(folder.resolve("no.png"), "no picture");
    List<String> say = List.of("caption", "--model", path("m"), "--image", image);
    assertThat(Cli.run("caption", "--model", path("m"), "--image", text.toString()).refusal())
        .isEqualTo(
            "comporta: [picture] expected a PNG image but %s is not one, or is damaged"
                .formatted(text));
    assertThat(with(say, "--beam", "0").refusal())
        .isEqualTo("comporta: --beam expected a whole number from 1 to 10000 but got '0'");
    assertThat(with(say, "--n-best", "6").refusal())
        .isEqualTo("comporta: --n-best expected a number from 1 to the beam of 5 but got 6");
    assertThat(with(say, "--picture", path("look.gif")).refusal()).contains(".html or .png");
    assertThat(with(say, "--image", image, "--picture", path("look.png")).refusal())
        .isEqualTo("comporta: --picture expected one --image but got 2");
    List<String> examples = List.of("examples", "captions", "--out");
    assertThat(with(examples, image).refusal())
        .isEqualTo(
            "comporta: --out expected a folder but %s is not one and cannot be created"
                .formatted(image));
    assertThat(with(examples, path("s"), "--count", "0").refusal())
        .isEqualTo("comporta: --count expected a whole number from 1 to 10000 but got '0'");
    List<String> evaluate = List.of("evaluate", "--model", path("m"));
    assertThat(with(evaluate, "--scenes", "0").refusal())
        .isEqualTo("comporta: --scenes expected a whole number from 1 to 1000000 but got '0'");
    assertThat(with(evaluate, "--data", path("scenes"), "--scenes", "3").refusal())
        .contains("--scenes goes with drawn scenes, not --data");
    assertThat(with(evaluate, "--data", path("nowhere")).refusal())
        .contains("--data expected a folder of pictures with a file captions.tsv");
    Files.writeString(folder.resolve("scenes/captions.tsv"), "scene-0.png\ta red ball\n");
    assertThat(with(evaluate, "--data", path("scenes")).refusal())
        .contains("a sentence such as 'a small red circle in the middle' at line 1 of");

    Cli.run("train", "adding", "--length", "2", "--steps", "1", "--out", path("other"), "--json")
        .json();
    assertThat(Cli.run("caption", "--model", path("other"), "--image", image).refusal())
        .contains("was trained by adding, whose models cannot caption");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--scenes 31|--scenes expected at least the 32 of one update but got 31",
        "--hidden 0|--hidden expected a whole number from 1 to 16777216 but got '0'",
        "--cell grv|unknown cell 'grv'",
        "--attention aditive|unknown attention 'aditive'",
        "--attention location:breadth=3|breadth",
        "--cell lstm:peepholes|--cell expected '=' and the value of option 'peepholes'",
        "--filters 2000000000|--filters expected a whole number from 1 to 4095 but got '2000000000'",
        "--batch 400000 --scenes 400000|--batch expected at most 58254 scenes with --filters 16 but got 400000",
      })
  void refusesSettings(String flags, String expected) {
    Result result = Cli.run(words("train captions " + flags, "m"));
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.lastError()).contains(expected);
    assertThat(folder.resolve("m")).doesNotExist();
  }
}
