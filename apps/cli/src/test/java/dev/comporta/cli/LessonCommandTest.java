package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code comporta lessons} and {@code comporta lesson}; the numbers are tested in apps/lessons. */
class LessonCommandTest {
  private static final List<String> ORDER =
      List.of(
          "neuron",
          "layer",
          "system",
          "sum",
          "compare",
          "parity",
          "unroll",
          "bptt",
          "gradients",
          "forgetting",
          "lstm",
          "gru",
          "gates",
          "variants",
          "long-lag",
          "optimizers",
          "deep",
          "shapes",
          "alternatives",
          "next-word",
          "agreement",
          "translation",
          "series");

  @TempDir private Path folder;

  @Test
  void lessonsAreListedInTheOrderOfTheLectures() throws Exception {
    Cli.Result list = Cli.run("lessons");
    assertThat(list.code()).isZero();
    assertThat(list.out().lines().map(line -> line.split(" ", -1)[0])).isEqualTo(ORDER);
    JsonNode json = Cli.run("lessons", "--json", "--language", "pt").json().get("lessons");
    assertThat(json.get(0).get("title").textValue()).isEqualTo("O neurônio recorrente");
  }

  @Test
  void textHasTheNumbers() {
    Cli.Result result = Cli.run("lesson", "neuron");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("h_t = tanh(x_t W + h_{t-1} U + b)", "0.7616", "./comporta lesson neuron");
  }

  @Test
  void jsonIsOneObject() throws Exception {
    JsonNode json = Cli.run("lesson", "unroll", "--json", "--language", "de").json();
    assertThat(json.get("lesson").textValue()).isEqualTo("unroll");
    assertThat(json.get("language").textValue()).isEqualTo("de");
    assertThat(json.get("numbers").get("du").doubleValue()).isNotZero();
    assertThat(json.get("blocks")).isNotEmpty();
  }

  @Test
  void pageIsWritten() throws Exception {
    Path page = folder.resolve("lstm.html");
    Cli.Result result =
        Cli.run("lesson", "lstm", "--out", page.toString(), "--language", "es", "--seed", "3");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("saved " + page);
    assertThat(Files.readString(page))
        .startsWith("<!DOCTYPE html>")
        .contains("lang=\"es\"", "La LSTM, paso a paso", "./comporta lesson lstm --seed 3", "<svg");
  }

  @Test
  void badInputIsRefusedInOneSentence() throws Exception {
    assertThat(Cli.run("lesson", "lstn").refusal())
        .contains("unknown lesson 'lstn'", "did you mean 'lstm'?");
    assertThat(Cli.run("lesson", "lstm", "--language", "fr").refusal())
        .contains("unknown language 'fr'", "de, en, es, pt");
    assertThat(Cli.run("lessons", "--language", "xx").refusal()).contains("unknown language");
    assertThat(Cli.run("lesson", "lstm", "--out", folder.toString()).refusal())
        .contains("--out expected a file");
    assertThat(
            Cli.run("lesson", "lstm", "--out", folder.resolve("absent/page.html").toString())
                .refusal())
        .contains("there is no directory");
    assertThat(Cli.run("lesson", "lstm", "--long").refusal())
        .contains("--long is an option of the lesson long-lag, not of lstm");
    assertThat(Cli.run("lesson").refusal()).contains("--all");
    assertThat(Cli.run("lesson", "lstm", "--all").refusal()).contains("--all");
    Path series = folder.resolve("series.txt");
    Files.writeString(series, "1\ntwo\n");
    assertThat(Cli.run("lesson", "lstm", "--file", series.toString()).refusal())
        .contains("lesson series");
  }

  /** The model knows nothing yet; its probabilities are compared, whatever they are. */
  @Test
  void agreementTestsAnyWordModel() throws Exception {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the writer is old\nthe writers are old\n".repeat(40));
    Path model = folder.resolve("words.comporta");
    Cli.Result trained =
        Cli.run(
            "train",
            "word-lm",
            "--text",
            text.toString(),
            "--out",
            model.toString(),
            "--steps",
            "1",
            "--hidden",
            "4",
            "--chunk",
            "5",
            "--batch",
            "4",
            "--validation",
            "0",
            "--threads",
            "1");
    assertThat(trained.code()).as(trained.err()).isZero();
    Path pairs = folder.resolve("pairs.txt");
    Files.writeString(pairs, "the writer\tis\tare\t0\nthe writers\tare\tis\t1\n");
    String[] words = {
      "lesson", "agreement", "--json", "--model", model.toString(), "--pairs", pairs.toString()
    };
    JsonNode counts = Cli.run(words).json().get("numbers").get("pairs");
    assertThat(counts.get(0).intValue()).isBetween(0, 2);
    assertThat(counts.get(1).intValue()).isEqualTo(2);
    Files.writeString(pairs, "the writer\tis\n");
    assertThat(Cli.run(words).refusal()).contains("--pairs expected lines");
    Files.writeString(pairs, "the writer\tis\tsings\n");
    assertThat(Cli.run(words).refusal()).contains("does not know 'sings'");
    assertThat(Cli.run("lesson", "agreement", "--pairs", pairs.toString()).refusal())
        .contains("--model and --pairs");
  }
}
