package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into translations and comes out: parts of words, drawn outputs, text that is bad. */
class TranslationTextTest {
  @TempDir private Path folder;
  private TurnedPairs pairs;
  private String model;

  @BeforeEach
  void writePairs() throws IOException {
    pairs = TurnedPairs.write(folder);
    model = folder.resolve("m.comporta").toString();
  }

  private Result train(String... more) {
    return trainOn(pairs.source(), pairs.target(), more);
  }

  private Result trainOn(Path source, Path target, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "translation", "--hidden", "16"));
    arguments.addAll(List.of("--source", source.toString(), "--target", target.toString()));
    arguments.addAll(List.of("--batch", "10", "--dropout", "0", "--label-smoothing", "0"));
    arguments.addAll(List.of("--validation", "0", "--threads", "1", "--out", model));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private Result translate(String text, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("translate", "--model", model, "--threads", "1"));
    arguments.addAll(Arrays.asList(more));
    return Cli.withInput(text, arguments.toArray(String[]::new));
  }

  private JsonNode evaluate(Path source, Path target) throws Exception {
    return Cli.run(
            "evaluate",
            "--model",
            model,
            "--source",
            source.toString(),
            "--target",
            target.toString(),
            "--json")
        .json();
  }

  @Test
  void filesMayHaveAnotherEncoding() throws Exception {
    Path file = folder.resolve("latin.tsv");
    Files.write(file, "Grüße\tgreetings\n".repeat(40).getBytes(StandardCharsets.ISO_8859_1));
    String flags = "train translation --hidden 4 --embedding 4 --steps 2 --out " + model;
    String[] plain = (flags + " --data " + file).split(" ");
    assertThat(Cli.run(plain).refusal()).contains("is not UTF-8", "--encoding");
    String[] named = (flags + " --encoding latin-1 --data " + file).split(" ");
    assertThat(Cli.run(named).code()).isZero();
    String[] held = ("evaluate --encoding latin-1 --model " + model + " --data " + file).split(" ");
    assertThat(Cli.run(held).code()).isZero();
  }

  @Test
  void anArchitectureWithoutAttentionToTheSourceIsRefused() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("a.json"),
            """
            {"layers": [
              {"name": "embedding", "vocabulary": "inputs", "size": 4},
              {"name": "recurrent", "cell": "gru", "hidden": 4},
              {"name": "dense", "units": "outputs"}]}
            """);
    assertThat(train("--architecture", file.toString()).lastError())
        .contains("expected a layer that reads the encoder's output");
  }

  @Test
  void partsOfWordsOfOneVocabularyWithTiedEmbeddings() throws Exception {
    JsonNode trained =
        train(
                "--tokens",
                "bpe",
                "--merges",
                "14",
                "--embedding",
                "16",
                "--shared-vocabulary",
                "--tied-embeddings",
                "--epochs",
                "25",
                "--learning-rate",
                "0.02",
                "--json")
            .json();
    assertThat(trained.get("train_loss").doubleValue()).isLessThan(0.1);
    assertThat(translate("ein hund rot\n\nzwei katze rot\n").out().lines())
        .containsExactly("red dog a", "", "red cat two");
    JsonNode measured = evaluate(pairs.source(), pairs.target());
    assertThat(measured.get("perplexity_is_per").textValue()).isEqualTo("part of a word");
    double perPart = measured.get("perplexity").doubleValue();
    double perWord = measured.get("perplexity_per_word").doubleValue();
    assertThat(perWord).isGreaterThan(perPart).isLessThan(1.5);
    assertThat(measured.get("exact_match").doubleValue()).isGreaterThan(0.95);
    assertThat(measured.get("by_length").get(0).get("sentences").intValue()).isEqualTo(125);
    List<String> tensors = Cli.run("inspect", model, "--json").tensors();
    assertThat(tensors).noneMatch(tensor -> tensor.startsWith("layers.2.W"));
    assertThat(Cli.run("translate", "--model", model, "--scores", "ein katzenhund").code())
        .isZero();
    Path page = folder.resolve("p.html");
    assertThat(
            Cli.run("translate", "--model", model, "--picture", page.toString(), "ein hund").code())
        .isZero();
    assertThat(Files.readString(page)).contains("\u00b7").doesNotContain("\u0120");
  }

  @Test
  void emptyLinesCountInBleuAndNotInThePerplexity() throws Exception {
    assertThat(train("--steps", "2").code()).isZero();
    Path source = Files.writeString(folder.resolve("s"), "ein hund\n\nrot\n  \n");
    Path target = Files.writeString(folder.resolve("t"), "dog a\nred cat two dog\n\n\n");
    JsonNode all = evaluate(source, target);
    assertThat(all.get("sentences").intValue()).isEqualTo(4);
    assertThat(all.get("pairs_with_an_empty_side").intValue()).isEqualTo(3);
    assertThat(all.get("bleu_signature").textValue()).as("2 and 4 words").contains("ref_len = 6)");
    JsonNode bucket = all.get("by_length").get(0);
    assertThat(bucket.get("sentences").intValue()).isEqualTo(2);
    JsonNode whole =
        evaluate(
            Files.writeString(folder.resolve("s1"), "ein hund\n"),
            Files.writeString(folder.resolve("t1"), "dog a\n"));
    assertThat(all.get("perplexity")).isEqualTo(whole.get("perplexity"));
    assertThat(bucket.get("perplexity")).isEqualTo(whole.get("perplexity"));
    assertThat(whole.get("pairs_with_an_empty_side").intValue()).isZero();
    String[] table = {
      "evaluate", "--model", model, "--source", source.toString(), "--target", target.toString()
    };
    assertThat(Cli.run(table).out())
        .contains(
            "3 pairs have an empty side: BLEU and chrF count them, perplexity leaves them out");
  }

  @Test
  void lengthsWithoutAWholePairHaveNoPerplexity() throws Exception {
    assertThat(train("--steps", "2").code()).isZero();
    Path source = Files.writeString(folder.resolve("s"), "ein hund\nrot" + " rot".repeat(7));
    Path target = Files.writeString(folder.resolve("t"), "dog a\n\n");
    JsonNode longer = evaluate(source, target).get("by_length").get(1);
    assertThat(longer.get("from").intValue()).isEqualTo(6);
    assertThat(longer.has("perplexity")).isFalse();
    String[] table = {
      "evaluate", "--model", model, "--source", source.toString(), "--target", target.toString()
    };
    assertThat(Cli.run(table).out()).containsPattern("(?m)^6-10 .* -$");
    Files.writeString(target, "\n\n");
    assertThat(Cli.run(table).refusal()).contains("in each pair of lines of ", " one is empty");
  }

  @Test
  void drawnTranslations() throws Exception {
    assertThat(train("--epochs", "2", "--learning-rate", "0.02").code()).isZero();
    String text = "ein hund rot\nzwei katze\nrot\nein hund rot\n";
    String[] draw = {"--sample", "--temperature", "1.5", "--n-best", "3", "--scores"};
    List<String> all = translate(text, draw).out().lines().toList();
    assertThat(all).hasSize(12);
    assertThat(all.get(0)).matches("1\t[a-z ]*\t-?\\d+\\.\\d{4}");
    assertThat(Set.copyOf(all.subList(0, 3))).as("samples differ").hasSizeGreaterThan(1);
    assertThat(withoutNumbers(all.subList(9, 12)))
        .as("the same sentence draws the same")
        .isEqualTo(withoutNumbers(all.subList(0, 3)));
    assertThat(translate("rot\n", draw).out().lines().map(line -> line.replaceFirst("1", "3")))
        .as("what is beside a sentence does not change it")
        .isEqualTo(all.subList(6, 9));
    assertThat(translate(text, "--sample", "--seed", "7", "--top-k", "20", "--top-p", "0.9").code())
        .isZero();
    assertThat(translate(text, "--sample", "--temperature", "0").out())
        .isEqualTo(translate(text, "--beam", "1").out());
    assertThat(translate(text, "--max-length", "1").out().lines())
        .allMatch(line -> !line.contains(" "));
  }

  private static List<String> withoutNumbers(List<String> lines) {
    return lines.stream().map(line -> line.substring(line.indexOf('\t'))).toList();
  }

  @Test
  void linesOfAnyLengthAndContent() throws Exception {
    assertThat(train("--steps", "2").code()).isZero();
    String thousand = String.join(" ", Collections.nCopies(1000, "hund"));
    Result result =
        translate("\n" + thousand + "\n\nniegesehen \u65e5\u672c\n   \n", "--beam", "1");
    List<String> lines = result.out().lines().toList();
    assertThat(lines).as(result.err()).hasSize(5);
    assertThat(List.of(lines.get(0), lines.get(2), lines.get(4))).containsOnly("");
    assertThat(lines.get(1)).isNotEmpty();
    String picture = folder.resolve("p.png").toString();
    Result drawn =
        Cli.run("translate", "--model", model, "--beam", "1", "--picture", picture, thousand);
    assertThat(drawn.code()).isEqualTo(2);
    assertThat(drawn.err()).contains("of at most 200 tokens but they have 1,000 and ");
    assertThat(Path.of(picture)).doesNotExist();
    assertThat(translate("rot\nhund\n", "--batch", "2147483647").out().lines()).hasSize(2);
    assertThat(translate("rot\n", "--beam", "2147483647").refusal())
        .isEqualTo("comporta: --beam expected a whole number from 1 to 10000 but got '2147483647'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"words", "characters"})
  void nothingIsSearchedForBlankSentences(String tokens) throws Exception {
    assertThat(train("--steps", "2", "--tokens", tokens).code()).isZero();
    String blank = "\n \t \n\u3000\u2009\u00a0\n";
    assertThat(translate(blank).out().lines()).containsExactly("", "", "");
    assertThat(translate(blank, "--scores", "--n-best", "3").out().lines())
        .containsExactly("1\t\t0.0000", "2\t\t0.0000", "3\t\t0.0000");
    assertThat(translate(blank, "--sample", "--n-best", "2").out().lines())
        .containsExactly("1\t", "2\t", "3\t");
    assertThat(translate("rot\n  \nhund\n", "--n-best", "2").out().lines())
        .hasSize(5)
        .contains("2\t", Index.atIndex(2));
    for (String sentence : List.of("", "  ", "\u3000")) {
      Path picture = folder.resolve("look.html");
      assertThat(
              Cli.run("translate", "--model", model, "--picture", picture.toString(), sentence)
                  .refusal())
          .isEqualTo(
              "comporta: --picture expected a sentence with words but got a blank one; give a sentence");
      assertThat(picture).doesNotExist();
    }
  }

  @Tag("full")
  @Test
  void translationsAreTheSameWhateverThePoolsAndBatches() throws Exception {
    assertThat(train("--steps", "20").code()).isZero();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("hund rot ".repeat(1 + i * i % 160)).append(i % 7 == 0 ? "\n\n" : "\n");
    }
    String[] options = {"--beam", "2", "--scores", "--max-length", "12", "--batch", "32"};
    String whole = translate(text.toString(), options).out();
    assertThat(whole.lines()).hasSize(46);
    for (String batch : List.of("1", "3")) {
      options[options.length - 1] = batch;
      assertThat(translate(text.toString(), options).out()).isEqualTo(whole);
    }
  }

  @Test
  void numbersAreDrawnTrainedAndMeasured() throws Exception {
    JsonNode figures =
        Cli.run(
                "train",
                "numbers",
                "--source-language",
                "digits",
                "--to",
                "de",
                "--pairs",
                "200",
                "--steps",
                "2",
                "--hidden",
                "8",
                "--threads",
                "1",
                "--out",
                model,
                "--json")
            .json();
    assertThat(figures.get("exact_match").doubleValue()).isBetween(0.0, 1.0);
    assertThat(figures.get("test_pairs").doubleValue()).isEqualTo(1000);
    assertThat(translate("123\n").code()).isZero();
    assertThat(Cli.run("train", "numbers", "--to", "xx").refusal())
        .startsWith(
            "comporta: --target-language expected a language whose numbers ICU4J spells, or digits, but got 'xx'; it spells af, ");
    assertThat(Cli.run("train", "numbers", "--digits", "10").refusal())
        .isEqualTo("comporta: --digits expected a whole number from 3 to 9 but got '10'");
  }

  @Test
  void textThatIsNotUtf8IsNamedByItsLine() throws Exception {
    assertThat(train("--steps", "1").code()).isZero();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("ein hund\nzwei ".getBytes(StandardCharsets.UTF_8));
    bytes.write(0xff);
    bytes.writeBytes("\nrot\n".getBytes(StandardCharsets.UTF_8));
    Result good =
        Cli.withInput(bytes.toByteArray(), "translate", "--model", model, "--n-best", "1");
    assertThat(good.code()).isEqualTo(2);
    assertThat(good.out().lines())
        .as("the line before")
        .hasSize(1)
        .allMatch(l -> l.startsWith("1\t"));
    assertThat(good.err().lines()).hasSize(1);
    assertThat(good.err())
        .contains("line 2 of standard input is not UTF-8: the byte 0xff at offset 5");
    Path file = Files.write(folder.resolve("latin.txt"), bytes.toByteArray());
    assertThat(trainOn(file, file).refusal())
        .contains("line 2 of " + file + " is not UTF-8: the byte 0xff");
  }

  @Test
  void nothingIsTranslatedAfterOutputThatCannotBeWritten() throws Exception {
    assertThat(train("--steps", "1").code()).isZero();
    byte[] lines = "rot\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    ByteArrayInputStream input = new ByteArrayInputStream(lines);
    Result result =
        Cli.withFullOutput(
            0, input, "translate", "--model", model, "--batch", "1", "--n-best", "1");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).startsWith("comporta: standard output cannot be written, ");
    assertThat(input.available()).as("bytes that were not read").isGreaterThan(lines.length / 2);
  }

  @Test
  void vocabulariesThatCannotBe() throws Exception {
    assertThat(train("--minimum-frequency", "1000").refusal())
        .isEqualTo(
            "comporta: [vocabulary] expected tokens that the sources have 1,000 times or more but there is none among 5; lower --minimum-frequency");
    assertThat(train("--merges", "10").refusal())
        .isEqualTo("comporta: [translation] --merges goes with --tokens bpe; leave it out");
    assertThat(train("--tokens", "bytes").refusal()).contains("bytes", "bpe");
    assertThat(train("--tied-embeddings", "--read-out", "none", "--embedding", "8").refusal())
        .contains("but got 8 and 16");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--temperature 1|--temperature goes with --sample",
        "--sample --beam 2|--beam goes with a search, not --sample; leave it out",
        "--sample --n-best 0|--n-best expected a whole number from 1 to 10000 but got '0'",
        "--sample --top-p 0|--top-p expected a number above 0",
        "--max-length 0|--max-length expected a whole number of 1 or more but got '0'",
        "--beam 0|--beam expected a whole number from 1 to 10000 but got '0'"
      })
  void flagsThatDoNotFit(String line) {
    assertThat(train("--steps", "1").code()).isZero();
    String[] parts = line.split("\\|");
    assertThat(translate("x", parts[0].split(" ")).refusal()).contains(parts[1]);
  }

  @Test
  void aModelOfAnotherTaskIsRefused() throws Exception {
    Path text =
        Files.writeString(folder.resolve("text.txt"), "der hund und die katze\n".repeat(50));
    Result trained =
        Cli.run(
            "train",
            "char-lm",
            "--data",
            text.toString(),
            "--hidden",
            "8",
            "--steps",
            "1",
            "--threads",
            "1",
            "--out",
            model);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(translate("x").refusal())
        .startsWith(
            "comporta: %s was trained by char-lm, whose models cannot translate; "
                .formatted(model));
    String[] evaluate = {"evaluate", "--model", model, "--source", text.toString()};
    assertThat(Cli.run(evaluate).refusal())
        .isEqualTo("comporta: --source does not apply to models of char-lm; leave it out");
  }
}
