package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pen strokes are read and written, from end to end. */
class HandwritingJobTest {
  private static final String SMALL =
      "--hidden 24 --batch 8 --threads 1 --learning-rate 0.02 --epochs 15";
  private static final String WRITER =
      "--hidden 16 --embedding 4 --gaussians 3 --batch 8 --threads 1 --learning-rate 0.01 --epochs 2";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /** Words of an alphabet of three signs: a line down, a line up and down, and a ring. */
  private String ink(int words) throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      StringBuilder word = new StringBuilder();
      StringBuilder strokes = new StringBuilder();
      for (int j = 0, n = i * 7919; j < 2 + i % 3; j++, n /= 3) {
        int sign = n % 3;
        double x = 10 * j + 0.1 * (i * 31 % 7);
        word.append("lvo".charAt(sign));
        strokes
            .append(j == 0 ? "" : ", ")
            .append(
                switch (sign) {
                  case 0 -> "[[%s, 0], [%s, 10]]".formatted(x, x + 0.5);
                  case 1 -> "[[%s, 0], [%s, 10], [%s, 0]]".formatted(x, x + 3, x + 6);
                  default ->
                      "[[%s, 5], [%s, 0], [%s, 5], [%s, 10], [%s, 5]]"
                          .formatted(x, x + 3, x + 6, x + 3, x);
                });
      }
      text.append("{\"text\": \"%s\", \"strokes\": [%s]}%n".formatted(word, strokes));
    }
    return write("ink" + words + ".json", text.toString());
  }

  @Test
  void strokesAreReadScoredDrawnResumedAndVerified() throws Exception {
    String ink = ink(120);
    String model = path("m");
    String train = "train handwriting --data " + ink + " " + SMALL;
    JsonNode figures = run(train, "--out " + model + " --json").json();
    assertThat(figures.get("cer").doubleValue()).isLessThan(0.1);
    assertThat(figures.get("metric").textValue()).isEqualTo("cer");
    assertThat(figures.get("baseline").textValue()).contains("most frequent letter");
    assertThat(figures.get("baseline_value").doubleValue()).isBetween(0.5, 1.0);

    String picture = path("words.png");
    String evaluate = "evaluate --json --data " + ink + " --model " + model;
    JsonNode score = run(evaluate, "--picture " + picture).json();
    assertThat(score.get("cer").doubleValue()).isLessThan(0.1);
    assertThat(score.get("count").intValue()).isEqualTo(120);
    assertThat(Files.readAllBytes(Path.of(picture))).startsWith(0x89, 'P', 'N', 'G');
    String lexicon = write("lexicon", "ov ll vol\nlvo");
    JsonNode words = run(evaluate, "--lexicon " + lexicon).json();
    assertThat(words.get("cer").doubleValue()).isGreaterThan(score.get("cer").doubleValue());

    String first = Files.readAllLines(Path.of(ink)).get(1);
    String text = first.replaceAll(".*\"text\": \"(\\w+)\".*", "$1");
    Result plain = Cli.withInput(first + "\n\n", "predict", "--model", model);
    assertThat(plain.out().strip()).isEqualTo(text);
    JsonNode json =
        Cli.withInput(first, ("predict --json --beam 8 --model " + model).split(" ")).json();
    assertThat(json.get("text").textValue()).isEqualTo(text);
    assertThat(json.get("expected").textValue()).isEqualTo(text);
    assertThat(json.get("probability").doubleValue()).isBetween(0.0, 1.0);
    String unipen = ".PEN_DOWN\n0 0\n3 -10\n6 0\n.PEN_UP\n.PEN_DOWN\n10 0\n10.5 -10\n.PEN_UP\n";
    String drawn = path("read.svg");
    Result vl = Cli.withInput(unipen, "predict", "--model", model, "--picture", drawn);
    assertThat(vl.out().strip()).isEqualTo("vl");
    assertThat(Files.readString(Path.of(drawn))).contains("<svg ", "<path d=\"M", ">vl</text>");
    assertThat(
            Cli.withInput(first, "predict", "--model", model, "--picture", path("x.gif")).refusal())
        .contains("--picture expected a file that ends in .svg, .png or .html");
    Result open = Cli.withInput(".PEN_DOWN\n0 0\n", "predict", "--model", model);
    assertThat(open.refusal()).contains("expected .PEN_UP after the stroke that begins in line 1");

    Jobs.requireRepeatable(train, model, ink);
    Jobs.requireResumable(train + " --validation-data " + ink(24), path("r"));
  }

  @Test
  void textsAreWritten() throws Exception {
    String ink = ink(40);
    String model = path("w");
    String train = "train handwriting-synthesis --data " + ink + " " + WRITER;
    JsonNode figures = run(train, "--out " + model + " --json").json();
    assertThat(figures.get("metric").textValue()).isEqualTo("nll");
    assertThat(figures.get("baseline").textValue()).isEqualTo("one Gaussian for all points");
    JsonNode score = run("evaluate --json --data " + ink + " --model " + model).json();
    assertThat(score.get("nll").doubleValue()).isLessThan(score.get("gaussian").doubleValue() + 3);
    assertThat(score.get("points").longValue()).isGreaterThan(200);

    String picture = path("written.svg");
    List<String> predict = List.of("predict", "--model", model, "--seed", "3");
    Result plain = Cli.withInput("vol\n\nll\n", words(predict, "--picture", picture));
    assertThat(plain.out().lines()).hasSize(2);
    assertThat(plain.out()).startsWith("{\"text\": \"vol\", \"strokes\": [[[0, 0]");
    assertThat(Files.readString(Path.of(picture))).contains("<path d=\"M", ">vol</text>");
    Result again = Cli.withInput("vol\n", words(predict));
    assertThat(plain.out()).startsWith(again.out());
    assertThat(Cli.withInput("vol\n", words(predict, "--bias", "3")).out())
        .isNotEqualTo(again.out());
    JsonNode json = Cli.withInput("vol\n", words(predict, "--json")).json();
    assertThat(json.get("text").textValue()).isEqualTo("vol");
    String written = write("written.json", json + "\n" + plain.out());
    assertThat(run("evaluate --json --data " + written + " --model " + model).json().get("nll"))
        .isNotNull();
    assertThat(Cli.withInput("volt\n", words(predict)).refusal())
        .contains("expected letters that", "can write, lov, but 'volt' has 't'");
    assertThat(Cli.withInput("l".repeat(300), words(predict)).refusal())
        .contains("expected a text of 1 to 200 letters but it has 300");

    Jobs.requireRepeatable(train, model, ink);
    Jobs.requireResumable(train + " --validation-data " + ink(24), path("s"));
  }

  private static String[] words(List<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).toArray(String[]::new);
  }

  /** The generated words, as the command {@code examples} writes them, are read as files are. */
  @Test
  void examplesAreWritten() throws Exception {
    assertThat(run("examples handwriting --count 12 --out " + path("x")).code()).isZero();
    String small = "--words 30 --hidden 4 --batch 8 --epochs 1 --threads 1";
    assertThat(run("train handwriting", small, "--out " + path("g")).code()).isZero();
    JsonNode score =
        run("evaluate --json --model " + path("g") + " --data " + path("x/ink.json")).json();
    assertThat(score.get("count").intValue()).isEqualTo(12);
  }

  @Test
  void dataThatCannotBeUsed() throws Exception {
    String ink = ink(6);
    String other = write("other", "{\"text\": \"x\", \"strokes\": [[[0, 0], [1, 9]]]}\n");
    assertThat(run("train handwriting --data " + ink + " --validation-data " + other).refusal())
        .contains("expected letters that the model was trained on, lov, but 'x' in line 1 of");
    assertThat(run("train handwriting --data " + other).refusal())
        .contains("expected two words or more, one of them to validate on");
    String dot = write("dot", "{\"text\": \"lvov\", \"strokes\": [[[0, 0]]]}\n".repeat(3));
    assertThat(run("train handwriting --data " + dot).refusal())
        .contains("expected strokes of at least 4 points at equal distances for the text 'lvov'");
    assertThat(run("train handwriting-synthesis --data " + dot).refusal())
        .contains("expected two points or more in line");
    assertThat(run("train handwriting --words 9 --data " + ink).refusal())
        .contains("--words goes with generated words, not --data");
    assertThat(
            run("train handwriting --data " + Files.createDirectory(folder.resolve("e"))).refusal())
        .contains("expected files with pen strokes in the folder");
    String lexicon = write("foreign", "xyz");
    String small = "--hidden 4 --batch 8 --epochs 1 --threads 1";
    assertThat(run("train handwriting --data " + ink, small, "--out " + path("q")).code()).isZero();
    assertThat(
            run("evaluate --model " + path("q") + " --data " + ink + " --lexicon " + lexicon)
                .refusal())
        .contains("expected a word of letters that", "in the lexicon of 1 words but found none");
    assertThat(Cli.withInput("lo\n", "generate", "--model", path("q")).code()).isEqualTo(2);
  }
}
