package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Model files and checkpoints that were written before the tasks shared one frame. For each task,
 * {@code src/test/golden} holds what five updates gave (on one thread and the reference backend),
 * and the checksums of the tensors that three more updates gave then.
 */
class EarlierFilesTest {
  private static final Path GOLDEN = Path.of("src/test/golden");

  /** Where the data are now; tasks that generate their data need none. */
  private static final Map<String, List<String>> DATA =
      Map.of(
          "char-lm", List.of("--text", golden("text.txt")),
          "word-lm",
              List.of("--text", golden("text.txt"), "--validation-text", golden("valid.txt")),
          "forecast", List.of("--series", golden("series.csv")),
          "translation",
              List.of("--source", golden("source.txt"), "--target", golden("target.txt")));

  @TempDir private Path folder;

  private static String golden(String name) {
    return GOLDEN.resolve(name).toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adding",
        "captions",
        "char-lm",
        "dates",
        "forecast",
        "numbers",
        "translation",
        "word-lm"
      })
  void anEarlierCheckpointResumesToTheSameBits(String task) throws Exception {
    String out = folder.resolve("model").toString();
    List<String> words =
        new ArrayList<>(List.of("train", task, "--resume", golden(task + ".comporta.checkpoint")));
    words.addAll(DATA.getOrDefault(task, List.of()));
    words.addAll(List.of("--steps", "8", "--threads", "1", "--backend", "reference"));
    words.addAll(List.of("--checkpoint-every", "0", "--out", out));

    Cli.Result resumed = Cli.run(words.toArray(String[]::new));

    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(Cli.run("inspect", out, "--json").tensors())
        .isEqualTo(Files.readAllLines(GOLDEN.resolve(task + ".tensors")));
  }

  /** The settings that a file holds, under the names and defaults of its time, train it again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "adding",
        "captions",
        "char-lm",
        "dates",
        "forecast",
        "numbers",
        "translation",
        "word-lm"
      })
  void anEarlierModelIsVerified(String task) {
    List<String> words = new ArrayList<>(List.of("verify", golden(task + ".comporta")));
    words.addAll(DATA.getOrDefault(task, List.of()));
    words.addAll(List.of("--threads", "1", "--backend", "reference"));

    Cli.Result verified = Cli.run(words.toArray(String[]::new));

    assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
    assertThat(verified.out()).contains("the same bits in all ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adding", "captions", "char-lm", "dates", "numbers"})
  void anEarlierModelIsEvaluated(String task) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("evaluate", "--model", golden(task + ".comporta"), "--json"));
    if (DATA.containsKey(task)) {
      words.addAll(List.of("--data", golden("text.txt")));
    }
    assertThat(Cli.run(words.toArray(String[]::new)).json().size()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"char-lm:generate", "dates:translate", "forecast:predict"})
  void anEarlierModelAnswers(String pair) {
    String[] parts = pair.split(":", 2);
    List<String> words =
        new ArrayList<>(List.of(parts[1], "--model", golden(parts[0] + ".comporta")));
    switch (parts[1]) {
      case "generate" -> words.addAll(List.of("--prompt", "the ", "--length", "20"));
      case "translate" -> words.add("May 3, 2024");
      default -> words.addAll(List.of("--input", golden("series.csv")));
    }
    Cli.Result result = Cli.run(words.toArray(String[]::new));

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).isNotEmpty(); // a line, which few updates leave empty
  }
}
