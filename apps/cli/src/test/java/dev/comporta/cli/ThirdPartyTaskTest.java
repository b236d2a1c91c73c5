package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task in a jar of its own has everything that the tasks of this project have. */
class ThirdPartyTaskTest {
  private static final Path SOURCES = Path.of("src/test/third-party-task");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private static Path folder;
  private static Path classes = Path.of("");
  private static String data = "";

  @BeforeAll
  static void compileAndWriteData() throws Exception {
    classes = Files.createDirectory(folder.resolve("classes"));
    Result javac =
        run(
            "javac",
            "--module-path",
            System.getProperty("jdk.module.path"),
            "-d",
            classes.toString(),
            SOURCES.resolve("module-info.java").toString(),
            SOURCES.resolve("example/labels/SentenceLabels.java").toString());
    assertThat(javac.exitCode()).as(javac.error()).isZero();
    StringBuilder lines = new StringBuilder();
    String[][] words = {{"good", "fine", "lovely"}, {"bad", "poor", "awful"}};
    String[] things = {"film", "book", "meal", "day"};
    for (int i = 0; i < 80; i++) {
      int label = i * i % 7 % 2;
      lines.append(label == 0 ? "positive" : "negative");
      lines.append("\tthis %s was %s\n".formatted(things[i % 4], words[label][i % 3]));
    }
    data = Files.writeString(folder.resolve("data.tsv"), lines).toString();
  }

  @Test
  void itsSourceIsShort() throws IOException {
    long lines = 0;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        lines += Files.readAllLines(file).size();
      }
    }
    assertThat(lines).isLessThanOrEqualTo(200);
  }

  @Tag("full")
  @Test
  void itIsListedAndExplained() throws Exception {
    JsonNode entry = json(comporta("catalog", "sentence-labels", "--json")).at("/entries/0");
    assertThat(entry.get("kind").textValue()).isEqualTo("task");
    assertThat(entry.get("module").textValue()).isEqualTo("example.labels");
    assertThat(entry.get("options").findValuesAsText("name"))
        .contains("data", "held-out", "cell", "optimizer", "patience", "from");
    List<String> listed = json(comporta("tasks", "--json")).at("/tasks").findValuesAsText("name");
    assertThat(listed).containsSubsequence("adding", "translation", "forecast", "answer", "policy");
    assertThat(listed.getLast()).as("after those of Comporta").isEqualTo("sentence-labels");
    assertThat(comporta("tasks").output()).contains("sentence-labels", "(predict)");
    assertThat(comporta("train", "sentence-labels", "--help").output())
        .contains("--held-out=N", "hold out every N-th line");
    assertThat(
            json(comporta("explain", "sentence-labels", "--data", data, "--json"))
                .get("predicted_peak_bytes")
                .longValue())
        .isPositive();
  }

  @Tag("full")
  @Test
  void itIsTrainedResumedEvaluatedVerifiedAndContinued() throws Exception {
    String model = path("m");
    JsonNode figures = json(train("--epochs", "6", "--out", model, "--json"));
    assertThat(figures.get("accuracy").doubleValue()).isGreaterThan(0.9);
    assertThat(figures.get("beats_baseline").booleanValue()).isTrue();

    assertThat(train("--epochs", "3", "--schedule", "constant", "--out", path("r")).exitCode())
        .isZero();
    Result resumed =
        comporta("train", "sentence-labels", "--resume", path("r.checkpoint"), "--epochs", "6");
    assertThat(resumed.exitCode()).as(resumed.error()).isZero();
    assertThat(train("--epochs", "6", "--schedule", "constant", "--out", path("w")).exitCode())
        .isZero();
    assertThat(Cli.run("inspect", path("r"), "--json").tensors())
        .isEqualTo(Cli.run("inspect", path("w"), "--json").tensors());

    JsonNode score = json(comporta("evaluate", "--model", model, "--data", data, "--json"));
    assertThat(score.get("accuracy").doubleValue()).isGreaterThan(0.9);
    String input = Files.writeString(folder.resolve("in"), "this day was awful\n").toString();
    assertThat(json(comporta("predict", "--model", model, "--input", input, "--json")).toString())
        .isEqualTo("{\"label\":\"negative\"}");

    Result verified = comporta("verify", model, "--data", data);
    assertThat(verified.exitCode()).as(verified.error()).isZero();
    assertThat(verified.output()).contains("the same bits in all ");

    Result continued = train("--epochs", "1", "--from", model, "--out", path("c"));
    assertThat(continued.exitCode()).as(continued.error()).isZero();
    assertThat(continued.error()).contains("reused: ").doesNotContain("left out: ");
    assertThat(continued.output()).contains("have the right label", "saved " + path("c"));
  }

  @Test
  void itsRefusalsAreSentences() throws Exception {
    Result none = comporta("train", "sentence-labels");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.error()).contains("comporta: [sentence-labels] expected --data");
    Result misspelt = train("--held-uot", "4");
    assertThat(misspelt.exitCode()).isEqualTo(2);
    assertThat(misspelt.error()).contains("did you mean '--held-out'?");
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static Result train(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("train", "sentence-labels", "--data", data));
    words.addAll(List.of(more));
    return comporta(words.toArray(String[]::new));
  }

  private static JsonNode json(Result result) throws IOException {
    assertThat(result.exitCode()).as(result.error()).isZero();
    return JSON.readTree(result.output());
  }

  private record Result(int exitCode, String output, String error) {}

  private static Result comporta(String... arguments) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--add-modules",
                "jdk.incubator.vector",
                "--module-path",
                classes + File.pathSeparator + System.getProperty("jdk.module.path"),
                "--class-path", // where Surefire puts what only an automatic module needs
                System.getProperty("java.class.path"),
                "--module",
                "dev.comporta.cli/dev.comporta.cli.Main"));
    words.addAll(List.of(arguments));
    return run("java", words.toArray(String[]::new));
  }

  private static Result run(String tool, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(folder, "output", "");
    Path error = Files.createTempFile(folder, "error", "");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(error.toFile())
            .start();
    int exitCode = process.waitFor();
    return new Result(exitCode, Files.readString(output), Files.readString(error));
  }
}
