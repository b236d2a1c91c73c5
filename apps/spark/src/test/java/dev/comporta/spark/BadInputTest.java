package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad input of the application: for each, one sentence, exit code 2, and no output. Executors
 * without the Vector API are in {@link ChildJvmTest} and {@link BarrierTaskTest}.
 */
class BadInputTest {
  private static final String DATES = TestModels.golden("dates");

  @TempDir Path folder;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path out;
  private int streams;
  private String model;

  @BeforeEach
  void makeModel() {
    out = folder.resolve("out");
    model = TestModels.write(folder, "m", 1, 2, List.of(), TestModels.dense(1));
  }

  private int run(String... words) throws Exception {
    err.reset();
    return Main.run(
        TestSpark.session(),
        List.of(words),
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private void refused(String sentence, String... words) throws Exception {
    assertThat(run(words)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(sentence).hasLineCount(1);
    assertThat(out.resolve("_SUCCESS")).doesNotExist();
    assertThat(out.resolve("_spark_metadata/0"))
        .doesNotExist(); // no batch of a stream was committed
    if (Files.exists(out) && !words[0].equals("stream")) { // Spark makes the folder
      try (Stream<Path> files = Files.walk(out)) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
    }
    assertThat(folder).isDirectoryNotContaining("glob:**/.out*"); // a model that is staged
  }

  private String file(String name, String... lines) throws IOException {
    Path data = Files.createDirectories(folder.resolve(name));
    Files.write(data.resolve("data"), List.of(lines));
    return data.toString();
  }

  private void score(String sentence, String by, String data, String columns) throws Exception {
    refused(
        sentence,
        words("score", "--format", "json", "--model", by, "--data", data, "--columns", columns));
  }

  private void stream(String sentence, String by, String data, String columns) throws Exception {
    out = folder.resolve("out" + streams++);
    refused(
        sentence,
        words(
            "stream",
            "--model",
            by,
            "--data",
            data,
            "--schema",
            "sensor bigint, at timestamp, x double, y double, name string",
            "--checkpoint",
            out.resolveSibling(out.getFileName() + ".state").toString(),
            columns.split(" ")));
  }

  private void train(String sentence, String rows, String columns, String order) throws Exception {
    refused(
        sentence,
        words(
            "train",
            "char-lm",
            "--rows",
            rows,
            "--rows-format",
            "json",
            "--rows-columns",
            columns,
            "--rows-order",
            order,
            "--checkpoints",
            folder.resolve("c").toString()));
  }

  private String[] words(Object... words) {
    List<String> all = new ArrayList<>();
    for (Object word : words) {
      all.addAll(word instanceof String[] several ? List.of(several) : List.of((String) word));
    }
    all.addAll(List.of("--out", out.toString()));
    return all.toArray(String[]::new);
  }

  private static final String COLUMNS = "--key sensor --time at --values x,y";
  private static final String EVENT =
      "{\"sensor\":1,\"at\":\"2026-01-01T00:00:00Z\",\"x\":1,\"y\":0.5,\"name\":\"a\"}";

  @Test
  void missingColumns() throws Exception {
    String data = file("in", EVENT);
    score("[translate] expected a column 'text' but the columns are", DATES, data, "text");
    stream(
        "[stream] expected a column 'z' but the columns are",
        model,
        data,
        COLUMNS.replace("y", "z").replace("kez", "key"));
    train("[train] expected a column 'text' but the columns are", data, "text", "at");
    train("[train] expected a column 'n' but the columns are", data, "name", "n");
  }

  @Test
  void wrongTypes() throws Exception {
    String data = file("in", EVENT);
    score(
        "[translate] expected a text (string) in the column 'x' but it has the type bigint",
        DATES,
        data,
        "x");
    stream(
        "The event time `x` has the invalid type \"DOUBLE\", but expected \"TIMESTAMP\"",
        model,
        data,
        "--key sensor --time x --values x,y");
    stream(
        "[stream] expected numbers as the values of an event but the column 'name' has the type string",
        model,
        data,
        "--key sensor --time at --values x,name");
    train(
        "[train] expected texts or whole numbers in the column 'y' but it has the type double",
        data,
        "y",
        "at");
  }

  @Test
  void nullAndNaN() throws Exception {
    String data = file("in", EVENT, "{\"sensor\":2,\"at\":\"2026-01-01T00:00:00Z\",\"x\":1}");
    score("[spark] expected a text in the column 'name' but got null", DATES, data, "name");
    stream(
        "[spark] expected finite numbers in the values of an event but one of them is null",
        model,
        data,
        COLUMNS);
    train("[spark] expected a text in the column 'name' but got null", data, "name", "sensor");
    String labeler =
        TestModels.write(folder, "l", 4, 1, TestModels.labels("a", "b"), TestModels.dense(2));
    out = folder.resolve("scored");
    String nan = folder.resolve("nan").toString();
    TestSpark.session().sql("select array(1D, double('NaN')) as x").write().parquet(nan);
    refused(
        "[spark] expected finite numbers in the column 'x' but one of them is NaN",
        words("score", "--model", labeler, "--data", nan, "--columns", "x"));
  }

  @Test
  void keysWithoutTime() throws Exception {
    stream(
        "[stream] expected a key and a time in each event but the time is null",
        model,
        file("time", EVENT.replace("2026-01-01T00:00:00Z", "none")),
        COLUMNS);
    stream(
        "[stream] expected a key and a time in each event but the key is null",
        model,
        file("key", EVENT.replace("\"sensor\":1,", "")),
        COLUMNS);
    train(
        "[train] expected a value in the column 'at', by which rows are put in order, but got null",
        file("order", EVENT, "{\"name\":\"b\"}"),
        "name",
        "at");
  }

  @Test
  void aModelForAnotherTask() throws Exception {
    String data = file("in", EVENT);
    score("is a model of the task 'captions'", TestModels.golden("captions"), data, "name");
    score("expected a sequence of", model, data, "name");
    stream("[session] expected a model without an encoder", DATES, data, COLUMNS);
    Path text = TrainTest.text(folder.resolve("text"));
    refused(
        "dates",
        words(
            "train",
            "char-lm",
            "--data",
            text.toString(),
            "--from",
            DATES,
            "--checkpoints",
            folder.resolve("c").toString()));
  }

  @Test
  void aCheckpointOfAnotherModel() throws Exception {
    Path text = TrainTest.text(folder.resolve("text"));
    Path first = folder.resolve("first");
    assertThat(run(trains("char-lm", TrainTest.settings(text, first, "steps", "2"), "no")))
        .isZero();
    Map<String, String> longer = TrainTest.settings(text, out, "steps", "4", "hidden", "13");
    refused(
        "--hidden is 13 but the checkpoint was trained with 12", trains("char-lm", longer, "yes"));
    refused(
        "c/step-2/part-0 was written by comporta train char-lm; resume it with that task",
        trains("word-lm", TrainTest.settings(text, out, "steps", "4"), "yes"));
  }

  private String[] trains(String task, Map<String, String> settings, String resume) {
    List<String> words = new ArrayList<>(List.of("train", task, "--resume", resume));
    words.addAll(List.of("--checkpoints", folder.resolve("c").toString()));
    settings.forEach((name, value) -> words.addAll(List.of("--" + name, value)));
    return words.toArray(String[]::new);
  }

  @Test
  void emptyPartitions() throws Exception {
    String data = file("in", EVENT);
    Files.createFile(Path.of(data, "empty"));
    assertThat(
            run(
                words(
                    "score",
                    "--format",
                    "json",
                    "--model",
                    DATES,
                    "--data",
                    data,
                    "--columns",
                    "name")))
        .isZero();
    assertThat(TestSpark.session().read().parquet(out.toString()).count()).isEqualTo(1);
    out = folder.resolve("model");
    String none = folder.resolve("none").toString();
    TestSpark.session().sql("select 'a' as name, 1 as n where false").write().json(none);
    Files.writeString(Path.of(none, "blank.json"), "\n");
    train("[train] expected a column 'n' but the columns are []", none, "name", "n");
  }
}
