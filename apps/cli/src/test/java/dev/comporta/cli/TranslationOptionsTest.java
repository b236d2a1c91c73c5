package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of trainings from pairs: what models they make, and how these learn. */
class TranslationOptionsTest {
  private static final String[] WORDS = {"ein", "hund", "zwei", "katze", "rot"};

  @TempDir private Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void writePairs() throws IOException {
    StringBuilder sources = new StringBuilder();
    StringBuilder targets = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      List<String> words = new ArrayList<>();
      for (int j = 0; j <= i % 4; j++) {
        words.add(WORDS[(i * (j + 2) + j) % 5]);
      }
      sources.append(String.join(" ", words)).append('\n');
      targets.append(String.join(" ", words.reversed()).toUpperCase(Locale.ROOT));
      targets.append('\n');
    }
    source = Files.writeString(folder.resolve("source.txt"), sources);
    target = Files.writeString(folder.resolve("target.txt"), targets);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Result train(String model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "translation"));
    arguments.addAll(List.of("--source", source.toString(), "--target", target.toString()));
    arguments.addAll(List.of("--hidden", "8", "--embedding", "6", "--batch", "10"));
    arguments.addAll(List.of("--minimum-frequency", "1", "--out", path(model)));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private List<String> inspect(String model) throws Exception {
    return Cli.run("inspect", path(model), "--json").tensors();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--attention location:width=3 --dropout 0.1",
        "--attention coverage --look after --cell lstm",
        "--attention local:reach=2,score=dot --layers 2",
        "--attention general --look after --input-feeding=no --cell layer-norm-lstm --layers 2",
        "--attention none --layers 3 --cell mgu",
        "--attention none --reverse-source --layers 2 --cell layer-norm-gru"
      })
  void modelsOfAllKindsTrainAndAnswersStandAlone(String options) throws Exception {
    String[] with = (options + " --epochs 3 --learning-rate 0.02 --json").split(" ");
    JsonNode figures = train("m.comporta", with).json();
    assertThat(figures.get("train_loss").doubleValue()).isBetween(0.1, 2.2);
    List<String> sentences = List.of("rot", "ein hund zwei katze", "hund rot", "katze");
    List<String> alone = new ArrayList<>();
    sentences.forEach(sentence -> alone.addAll(translate(sentence, "1")));
    assertThat(alone).hasSize(4);
    assertThat(translate(String.join("\n", sentences), "4")).isEqualTo(alone);
    List<String> covered = new ArrayList<>();
    sentences.forEach(s -> covered.addAll(translate(s, "1", "--coverage-penalty", "0.5")));
    assertThat(translate(String.join("\n", sentences), "4", "--coverage-penalty", "0.5"))
        .isEqualTo(covered);
  }

  private List<String> translate(String text, String batch, String... more) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    try {
      String[] arguments = {
        "translate", "--model", path("m.comporta"), "--batch", batch, "--beam", "3", "--scores"
      };
      Result result = Cli.run(with(List.of(arguments), more));
      assertThat(result.code()).as(result.err()).isZero();
      return result.out().lines().toList();
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void scheduledSamplingHasTheSameBitsForAnyThreadsAndAfterAResume() throws Exception {
    String[] common = {
      "--attention", "location", "--scheduled-sampling", "0.9:inverse-sigmoid", "--dropout", "0.2"
    };
    List<String> all = new ArrayList<>(List.of(common));
    all.addAll(List.of("--steps", "12", "--checkpoint-every", "7", "--schedule", "constant"));
    assertThat(train("a.comporta", with(all, "--threads", "1")).code()).isZero();
    assertThat(train("b.comporta", with(all, "--threads", "2")).code()).isZero();
    assertThat(inspect("b.comporta")).isEqualTo(inspect("a.comporta"));

    List<String> part = new ArrayList<>(all);
    part.set(part.indexOf("12"), "7");
    part.set(part.indexOf("0.9:inverse-sigmoid"), "0.9");
    assertThat(train("part.comporta", with(part)).code()).isZero();
    part.set(part.indexOf("7"), "12");
    assertThat(train("c.comporta", with(part)).code()).isZero();
    assertThat(inspect("c.comporta")).isNotEqualTo(inspect("a.comporta"));
    part.set(part.indexOf("0.9"), "0");
    assertThat(train("d.comporta", with(part)).code()).isZero();
    assertThat(inspect("d.comporta")).isNotEqualTo(inspect("c.comporta"));
  }

  @Test
  void aResumedTrainingWithSamplingEndsInTheSameBits() throws Exception {
    String[] options = {
      "--attention", "coverage", "--scheduled-sampling", "1", "--steps", "9", "--checkpoint-every"
    };
    assertThat(train("whole.comporta", with(List.of(options), "4")).code()).isZero();
    String[] again = {
      "train", "translation", "--resume", path("whole.comporta.checkpoint.previous")
    };
    Result resumed = Cli.run(with(List.of(again), "--steps", "9", "--out", path("again.comporta")));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(inspect("again.comporta")).isEqualTo(inspect("whole.comporta"));
  }

  private static String[] with(List<String> options, String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  @Test
  void theValidationLossIsThatOfTheLabels() throws Exception {
    String[] smoothed = {
      "--label-smoothing",
      "0.4",
      "--validation-source",
      source.toString(),
      "--validation-target",
      target.toString(),
      "--steps",
      "8",
      "--learning-rate",
      "0.02",
      "--json"
    };
    double validation = train("m.comporta", smoothed).json().get("validation_loss").doubleValue();
    JsonNode measured =
        Cli.run(
                "evaluate",
                "--model",
                path("m.comporta"),
                "--source",
                source.toString(),
                "--target",
                target.toString(),
                "--json")
            .json();
    assertThat(Math.log(measured.get("perplexity").doubleValue()))
        .isEqualTo(validation, Offset.offset(1e-5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --look after --attention none | --look after goes with an attention but --attention is none; leave one out
          --input-feeding=no | --input-feeding goes with --look after; leave it out
          --look around | around
          --layers 0 | layers
          --attention location:width=2 | [location] expected an odd width, so that the window is symmetric, but got 2
          --attention local:score=location | location
          --attention location:breadth=3 | breadth
          --cell jordan | expected a cell with a state part 'h' of size 8
          --scheduled-sampling 2 | --scheduled-sampling expected a rate from 0 to 1 but got 2
          --scheduled-sampling 0.2:cubic | --scheduled-sampling expected a rate with one of [linear, inverse-sigmoid], as in 0.25:linear, but got '0.2:cubic'
          """)
  void badOptionsAreRefusedInOneSentence(String options, String message) {
    assertThat(train("m.comporta", options.split(" ")).refusal()).contains(message);
    assertThat(folder.resolve("m.comporta")).doesNotExist();
  }
}
