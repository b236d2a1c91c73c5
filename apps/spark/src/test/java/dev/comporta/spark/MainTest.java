package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The application that is submitted. */
class MainTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(List<String> words) throws Exception {
    return Main.run(
        TestSpark.session(),
        words,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void aModelIsTrainedAndScores() throws Exception {
    Path text = TrainTest.text(folder.resolve("text.txt"));
    List<String> words =
        new ArrayList<>(
            List.of(
                "train", "char-lm", "--tasks", "2", "--sync", "every-3", "--compress", "top-50%"));
    words.addAll(List.of("--checkpoints", folder.resolve("c").toString()));
    TrainTest.settings(text, folder.resolve("m"), "steps", "6")
        .forEach((name, value) -> words.addAll(List.of("--" + name, value)));
    assertThat(run(words)).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("baseline")
        .contains("6 steps, 2 exchanges; each trainer sent up to ")
        .contains("compression delayed ");
    String scored = folder.resolve("scored").toString();
    assertThat(
            run(
                List.of(
                    "score",
                    "--model",
                    folder.resolve("m").toString(),
                    "--format",
                    "text",
                    "--data",
                    text.toString(),
                    "--columns",
                    "value",
                    "--out",
                    scored)))
        .isZero();
    assertThat(TestSpark.session().read().parquet(scored).count()).isEqualTo(700);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none|[spark] expected train, score, stream or help but got 'none'",
        "train --tasks 2|[train] expected a task, as in train char-lm --tasks 2",
        "train char-lm --tasks x --checkpoints c|[train] --tasks expected a whole number but got 'x'",
        "train char-lm --tasks 1|[train] expected --checkpoints but got none",
        "train char-lm --tasks|[train] expected flags with values, as in --tasks 2, but got '--tasks' without one",
        "train char-lm --tasks 1 --tasks 2|[train] --tasks is given twice",
        "train char-lm --checkpoints c --sync all|[train] --sync expected every-step, or every-100 for rounds of 100 steps but got 'all'",
        "train char-lm --checkpoints c --resume x|[train] --resume expected yes or no but got 'x'",
        "train char-lm --checkpoints c --sync every-0|[train] --sync expected every-step, or every-100 for rounds of 100 steps but got 'every-0'",
        "train char-lm --checkpoints c --sync every-2 --outer-rate x|[train] --outer-rate expected a number but got 'x'",
        "train char-lm --checkpoints c --sync every-2 --outer-momentum 1|[distribution] expected an outer learning rate above 0 and a momentum in [0, 1) but got 1.0 and 1.0",
        "train char-lm --checkpoints c --compress half|[compression] expected none, bf16 or, for the largest hundredth of the values, top-1% but got 'half'",
        "train char-lm --checkpoints c --compress top-0%|[compression] expected a share above 0 and up to 1 of the values but got 0.0",
        "train none --checkpoints c|unknown task 'none'",
        "train char-lm --checkpoints c --rows nowhere --rows-columns a --rows-order b|[PATH_NOT_FOUND] Path does not exist: file:",
        "train char-lm --checkpoints c --rows nowhere --rows-columns a|[train] expected --rows-order but got none",
        "train char-lm --checkpoints c --rows nowhere --rows-layout x|[train] --rows-layout expected lines or csv but got 'x'",
        "train char-lm --checkpoints c --rows ../cli/src/test/golden --rows-format text --rows-columns text --rows-order value|[train] expected a column 'text' but the columns are [value]",
        "train char-lm --checkpoints c --out x --data none.txt|[spark] cannot read the file of --data none.txt",
        "score --model m --data d --columns a --out o --more x|[score] does not know --more; see docs/guide/spark.md",
        "score --model m --data nowhere --columns a --out o|[PATH_NOT_FOUND] Path does not exist: file:",
        "score --model m --data . --columns a --out o --format none|[DATA_SOURCE_NOT_FOUND] Failed to find the data source: none.",
        "stream --model m|[stream] expected --data but got none",
        "stream --model m --data . --schema x(y --key k --time t --values v --checkpoint c --out o|[PARSE_SYNTAX_ERROR] Syntax error at or near",
      })
  void whatIsWrongIsSaidInOneSentence(String words, String sentence) throws Exception {
    assertThat(run(List.of(words.split(" ")))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(sentence).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }
}
