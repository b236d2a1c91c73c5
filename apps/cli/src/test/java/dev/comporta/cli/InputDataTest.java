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
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data as other programs write them: read without loss, from files and from pipes, or refused. */
class InputDataTest {
  private static final String LINES = "the gate opens\nthe water flows\n".repeat(20);
  private static final String[] SMALL_WORD_LM = {
    "--hidden", "4", "--steps", "2", "--chunk", "5", "--batch", "2", "--sample", "0"
  };

  private static final int ROWS = 200;

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String[] forecast(Path file, String... more) {
    List<String> words = new ArrayList<>(List.of("train", "forecast", "--series"));
    words.addAll(List.of(file.toString(), "--out", path("m"), "--window", "12", "--epochs", "1"));
    words.addAll(List.of("--hidden", "4", "--cell", "rnn"));
    words.addAll(Arrays.asList(more));
    return words.toArray(String[]::new);
  }

  /** A meter that counts up by 15 to 68 each hour. */
  private static long[] meter(long start) {
    Random random = new Random(3);
    long[] readings = new long[ROWS];
    long reading = start;
    for (int i = 0; i < ROWS; i++) {
      readings[i] = reading;
      reading += 15 + random.nextInt(54);
    }
    return readings;
  }

  private static String csv(String header, long[] readings) {
    StringBuilder text = new StringBuilder(header).append('\n');
    for (int i = 0; i < readings.length; i++) {
      text.append(1_719_792_000L + 3600L * i).append(',').append(readings[i]).append('\n');
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 16_777_216, 1_200_000_000, 9_007_199_254_730_992L})
  void aCounterFarFromZeroIsMeasuredLikeOneNearZero(long start) throws Exception {
    long[] readings = meter(start);
    Path file = Files.writeString(folder.resolve("meter.csv"), csv("time,reading", readings));
    JsonNode figures =
        Cli.run(
                forecast(
                    file, "--column", "reading", "--also", "time", "--scale", "level", "--json"))
            .json();
    double squares = 0;
    double absolute = 0;
    int test = ROWS - ROWS / 3;
    for (int i = test; i < ROWS; i++) {
      double step = readings[i] - readings[i - 1];
      squares += step * step;
      absolute += step;
    }
    assertThat(figures.get("last_value_rmse").doubleValue())
        .isCloseTo(Math.sqrt(squares / (ROWS - test)), within(1e-9));
    assertThat(figures.get("last_value_mae").doubleValue())
        .isCloseTo(absolute / (ROWS - test), within(1e-9));
    JsonNode metrics = Cli.run("inspect", path("m"), "--json").json().get("metrics");
    int cut = test * 4 / 5;
    double mean = Arrays.stream(readings, 0, cut).mapToDouble(r -> r - start).average().orElse(0);
    assertThat(metrics.get("mean of reading").doubleValue() - start).isCloseTo(mean, within(1.0));
  }

  @Test
  void aCounterIsLearnedWhereverItStarts() throws Exception {
    List<JsonNode> figures = new ArrayList<>();
    for (long start : new long[] {0, 1L << 40}) {
      Path file = Files.writeString(folder.resolve("meter.csv"), csv("time,reading", meter(start)));
      figures.add(Cli.run(forecast(file, "--column", "reading", "--json")).json());
    }
    assertThat(figures.get(1).get("rmse").doubleValue())
        .isCloseTo(figures.get(0).get("rmse").doubleValue(), within(1e-2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flow\n(m3/s)", "Wasser\u00adstand", "a\tb\u0007", "\u202eflow"})
  void aColumnIsTrainedOnWhateverItsName(String name) throws Exception {
    Path file =
        Files.writeString(folder.resolve("river.csv"), csv("\"" + name + "\",level", meter(100)));
    String[] flags = {"--column", name, "--also", "level", "--checkpoint-every", "4"};
    Result result = Cli.run(forecast(file, flags));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("RMSE");
    assertThat(Files.exists(folder.resolve("m"))).isTrue();
    String escaped = name.chars().anyMatch(c -> Character.isISOControl(c)) ? "\\u00" : "";
    assertThat(Cli.run("inspect", path("m"), "--json").json().get("metrics").fieldNames())
        .toIterable()
        .anyMatch(metric -> metric.startsWith("mean of ") && metric.contains(escaped));
    Result resumed =
        Cli.run("train", "forecast", "--resume", path("m.checkpoint"), "--out", path("again"));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    Result also = Cli.run(forecast(file, "--column", "level", "--also", name));
    assertThat(also.code()).as(also.err()).isZero();
  }

  @Test
  void aVeryLongNameOfAColumnIsNoObstacle() throws IOException {
    String name = "n".repeat(100_000);
    Path file = Files.writeString(folder.resolve("long.csv"), csv("time," + name, meter(0)));
    Result result = Cli.run(forecast(file, "--column", name));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).hasSizeLessThan(2000);
  }

  @Test
  void aSeriesIsReadFromAPipe() throws Exception {
    String text = csv("time,reading", meter(7));
    Path file = Files.writeString(folder.resolve("meter.csv"), text);
    JsonNode ofFile = Cli.run(forecast(file, "--column", "reading", "--json")).json();
    Path pipe = Pipes.giving(folder.resolve("pipe"), text);
    JsonNode ofPipe = Cli.run(forecast(pipe, "--column", "reading", "--json")).json();
    assertThat(ofPipe.get("rmse")).isEqualTo(ofFile.get("rmse"));
  }

  @Test
  void aTextOfCharactersIsReadFromAPipe() throws Exception {
    String text = "PK: the gate opens, the water flows\n".repeat(40);
    Path file = Files.writeString(folder.resolve("t.txt"), text);
    String[] flags = {
      "--hidden", "4", "--steps", "2", "--chunk", "8", "--batch", "2", "--sample", "0", "--json"
    };
    JsonNode ofFile = train("char-lm", file, flags).json();
    Path pipe = Pipes.giving(folder.resolve("pipe"), text);
    assertThat(train("char-lm", pipe, flags).json().get("validation_loss"))
        .isEqualTo(ofFile.get("validation_loss"));
    String[] evaluate = {"evaluate", "--model", path("m"), "--json", "--text"};
    JsonNode measured = Cli.run(with(evaluate, file.toString())).json();
    pipe = Pipes.giving(folder.resolve("pipe"), text);
    JsonNode ofPipe = Cli.run(with(evaluate, pipe.toString())).json();
    assertThat(ofPipe.get("characters")).isEqualTo(measured.get("characters"));
    assertThat(ofPipe.get("loss")).isEqualTo(measured.get("loss"));
    assertThat(Cli.run(with(evaluate, "/dev/zero")).refusal())
        .containsPattern("/dev/zero (holds|has) more than \\d+ MiB");
  }

  private Result train(String task, Path text, String... more) {
    List<String> words = new ArrayList<>(List.of("train", task, "--text", text.toString()));
    words.addAll(List.of("--out", path("m")));
    words.addAll(Arrays.asList(more));
    return Cli.run(words.toArray(String[]::new));
  }

  private static String[] with(String[] words, String more) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = more;
    return all;
  }

  @Test
  void aTextOfWordsNeedsAFileToTrainOnAndNoneToMeasure() throws Exception {
    String text = "the gate opens\nthe water flows\n".repeat(20);
    Path file = Files.writeString(folder.resolve("t.txt"), text);
    String[] flags = {
      "--hidden", "4", "--steps", "2", "--chunk", "5", "--batch", "2", "--sample", "0"
    };
    assertThat(train("word-lm", file, flags).code()).isZero();
    Path pipe = Pipes.giving(folder.resolve("pipe"), text);
    assertThat(train("word-lm", pipe, flags).refusal())
        .contains("expected a regular file")
        .contains("is a pipe or a device");
    String[] evaluate = {"evaluate", "--model", path("m"), "--json", "--text"};
    JsonNode ofFile = Cli.run(with(evaluate, file.toString())).json();
    pipe = Pipes.giving(folder.resolve("second"), LINES);
    assertThat(Cli.run(with(evaluate, pipe.toString())).json().get("loss"))
        .isEqualTo(ofFile.get("loss"));
    assertThat(Cli.run(with(evaluate, "/dev/zero")).refusal()).contains("longer than 16 MiB");
  }

  @Test
  void anEndOfASentenceInATextOfWordsIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("t.txt"), LINES);
    assertThat(train("word-lm", file, SMALL_WORD_LM).code()).isZero();
    Path marked = Files.writeString(folder.resolve("marked"), "the gate\nthe water <eos>\n");
    String refusal =
        "expected lines without the reserved word '<eos>', the end of a sentence, which is added to every line, but line 2 of "
            + marked;
    assertThat(Cli.run("evaluate", "--model", path("m"), "--text", marked.toString()).refusal())
        .contains(refusal);
    assertThat(train("word-lm", marked, SMALL_WORD_LM).refusal()).contains(refusal);
    String[] validating = {"--validation-text", marked.toString(), "--steps", "2", "--chunk", "5"};
    assertThat(train("word-lm", file, validating).refusal()).contains(refusal);
    assertThat(Cli.run("generate", "--model", path("m"), "--prompt", "the <eos> gate").refusal())
        .contains("expected the prompt without the reserved word '<eos>'");
    assertThat(Cli.run("generate", "--model", path("m"), "--prompt", "the <unk>").code()).isZero();
    Path treebank = Files.writeString(folder.resolve("ptb"), "the <unk> opens\n".repeat(20));
    Result trained = train("word-lm", treebank, SMALL_WORD_LM);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err()).contains("has the reserved word '<unk>' 18 times");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"hidden\": \"MEGABYTE\"}",
        "{\"MEGABYTE\": 1}",
        "{\"hidden\": [DEEP]}",
        "{\"hidden\": DEEP}",
        "DEEP",
        "\"MEGABYTE\"",
        "{\"hidden\": 4, \"hidden\": 5}",
        "{\"hidden\": 99999999999999999999999999999999}",
        "{\"hidden\": 1e999}",
        "{\"learning-rate\": 1e999}",
        "{\"hidden\": null}",
        "{\"hidden\": {\"a\": 1}}",
        "{\"hidden\": 4} {}",
        "{\"hidden\": 4,}",
        "{'hidden': 4}",
        "\u0000",
        ""
      })
  void aConfigurationThatCannotBeUsedIsRefusedInOneShortSentence(String json) throws IOException {
    String text =
        json.replace("MEGABYTE", "m".repeat(1_000_000))
            .replace("DEEP", "[".repeat(100_000) + "]".repeat(100_000));
    Path file = Files.writeString(folder.resolve("c.json"), text);
    assertThat(
            Cli.run("train", "char-lm", "--config", file.toString(), "--out", path("m")).refusal())
        .hasSizeLessThan(12_000);
    assertThat(Cli.run("train", "char-lm", "--config", "/dev/zero", "--out", path("m")).refusal())
        .contains("expected a JSON file of at most 1024 KiB but /dev/zero is longer");
  }
}
