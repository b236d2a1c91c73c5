package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.cli.Cli.Result;
import dev.comporta.frame.Task;
import dev.comporta.serialization.WriterLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command cannot write is refused before it works, and what is there is not touched. */
class OutputsTest {
  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String[] train(String... more) {
    List<String> words = new ArrayList<>(List.of("train", "adding", "--length", "5"));
    words.addAll(List.of("--hidden", "5", "--batch", "4", "--validate-every", "2"));
    words.addAll(List.of("--threads", "1", "--steps", "3"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  /** A training of any task that would read files that are not there. */
  private static String[] trainAny(String task, String... more) {
    List<String> words = new ArrayList<>(List.of("train", task));
    switch (task) {
      case "answer", "char-lm", "classify", "dna", "music", "rate", "tag", "word-lm" ->
          words.addAll(List.of("--data", "not-read"));
      case "anomaly", "forecast" -> words.addAll(List.of("--data", "not-read", "--column", "c"));
      case "translation" -> words.addAll(List.of("--source", "not-read", "--target", "not-read"));
      default -> {}
    }
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  /** Every file below the folder with what is in it, its links and its permissions. */
  private Map<String, String> tree() throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        tree.put(
            folder.relativize(file).toString(),
            Files.isSymbolicLink(file)
                ? Files.readSymbolicLink(file).toString()
                : Files.isRegularFile(file)
                    ? Files.readString(file, StandardCharsets.ISO_8859_1)
                    : "");
      }
    }
    return tree;
  }

  private List<Path> placesOfNoFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "as it was");
    return List.of(
        folder,
        folder.resolve("none").resolve("m"),
        file.resolve("m"),
        folder.resolve("n".repeat(256)),
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("no/m")),
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop")),
        Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/null")),
        Path.of("/dev/full"));
  }

  @Test
  void everyTaskRefusesPlacesOfNoFileBeforeItReadsAnything() throws IOException {
    List<Path> places = placesOfNoFile();
    Map<String, String> before = tree();
    for (String task : Catalog.load(Task.KIND).names(Task.KIND)) {
      for (Path place : places) {
        String refusal = Cli.run(trainAny(task, "--out", place.toString())).refusal();
        assertThat(refusal).as(task).startsWith("comporta: --out");
        assertThat(tree()).as(refusal).isEqualTo(before);
      }
      String refusal =
          Cli.run(trainAny(task, "--out", path("n".repeat(236)))) // too long for the checkpoint
              .refusal();
      assertThat(refusal).contains("too long");
      assertThat(tree()).as(refusal).isEqualTo(before);
    }
    for (Path place : places) {
      String refusal = Cli.run(train("--out", path("m"), "--csv", place.toString())).refusal();
      assertThat(refusal).startsWith("comporta: --csv");
      if (place != folder && !place.startsWith(folder.resolve("none"))) { // those can be made
        refusal = Cli.run(train("--out", path("m"), "--tensorboard", place + "/x")).refusal();
      }
      assertThat(tree()).as(refusal).isEqualTo(before);
    }
  }

  @Test
  void aFileOfAnswersIsRefusedBeforeTheInputIsRead() throws IOException {
    assertThat(Cli.run(train("--out", path("model"))).code()).isZero();
    List<Path> places = placesOfNoFile();
    Map<String, String> before = tree();
    for (Path place : places) {
      String refusal =
          Cli.run("predict", "--model", path("model"), "--output", place.toString()).refusal();
      assertThat(refusal).startsWith("comporta: --output");
      assertThat(tree()).as(refusal).isEqualTo(before);
    }
    assertThat(Cli.run("predict", "--model", path("model"), "--output", path("model")).refusal())
        .contains("--output and --model expected two files but both are");
    Files.writeString(folder.resolve("note.txt"), "kept");
    assertThat(Cli.run("examples", "captions", "--out", path("note.txt")).refusal())
        .contains("--out expected a folder");
    Files.createDirectories(folder.resolve("drawn").resolve("scene-2.png"));
    before = tree();
    assertThat(Cli.run("examples", "captions", "--out", path("drawn"), "--count", "4").refusal())
        .contains("--out", "scene-2.png");
    assertThat(tree()).isEqualTo(before);
  }

  @Test
  void whatIsNoneOfATrainingsFilesIsKept() throws IOException {
    Files.writeString(folder.resolve("m.checkpoint"), "as it was");
    assertThat(Cli.run(train("--out", path("m"))).refusal())
        .contains("keeps a checkpoint in " + path("m.checkpoint") + ", but that is something else");
    Files.writeString(folder.resolve("n.best"), "as it was");
    assertThat(Cli.run(train("--out", path("n"), "--keep", "best")).refusal())
        .contains(path("n.best") + " is something else");
    for (String name : List.of("o", "o.checkpoint", "o.best", "o.checkpoint.previous")) {
      assertThat(Cli.run(train("--out", path("o"), "--csv", path("./" + name))).refusal())
          .contains("--csv and ", "--out expected two files but both are");
    }
    assertThat(tree().keySet()).containsExactly("", "m.checkpoint", "n.best");
  }

  @Test
  void filesOfAnotherTrainingAreNotTouched() throws IOException {
    assertThat(
            Cli.run(
                    train(
                        "--out", path("m"), "--csv", path("t.csv"), "--tensorboard", path("board")))
                .code())
        .isZero();
    Files.createSymbolicLink(folder.resolve("link"), Path.of("m"));
    Files.createSymbolicLink(folder.resolve("folder"), folder);
    Map<String, String[]> second =
        Map.of(
            "m",
            train("--out", path("m")),
            "m ",
            train("--out", path("folder/link")),
            "m  ",
            train("--out", path("m.checkpoint")),
            "m   ",
            new String[] {"train", "adding", "--resume", path("m.checkpoint"), "--steps", "9"},
            "t.csv",
            train("--out", path("other"), "--csv", path("folder/t.csv")),
            "board",
            train("--out", path("other"), "--tensorboard", path("folder/board")));
    for (var command : second.entrySet()) {
      Path held = folder.resolve(command.getKey().strip());
      Path lock =
          Files.isDirectory(held) ? WriterLock.lockIn(held) : WriterLock.lockOf(held, List.of());
      try (WriterLock _ = WriterLock.take(held, lock, line -> {})) {
        Map<String, String> before = tree();
        Result result = Cli.run(command.getValue());
        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.lastError()).contains("is being written by another training");
        assertThat(tree()).isEqualTo(before);
      }
    }
    assertThat(folder.resolve("other")).doesNotExist();
    Result afterwards =
        Cli.run("train", "adding", "--resume", path("m.checkpoint"), "--steps", "4");
    assertThat(afterwards.code()).as(afterwards.err()).isZero();
    assertThat(tree().keySet().stream().filter(name -> name.contains(".lock"))).isEmpty();
  }

  @Test
  void aResumedTrainingKeepsPermissionsAndLinks() throws IOException {
    assertThat(
            Cli.run(train("--out", path("m"), "--csv", path("t.csv"), "--checkpoint-every", "1"))
                .code())
        .isZero();
    List<String> written = List.of("m", "m.checkpoint", "m.checkpoint.previous", "t.csv");
    var only = PosixFilePermissions.fromString("rw-------");
    for (String name : written) {
      Files.setPosixFilePermissions(folder.resolve(name), only);
    }
    Path victim = Files.writeString(folder.resolve("victim"), "as it was");
    Files.createSymbolicLink(folder.resolve(".t.csv.partial"), victim);
    Result result =
        Cli.run(
            "train",
            "adding",
            "--resume",
            path("m.checkpoint"),
            "--csv",
            path("t.csv"),
            "--steps",
            "5");
    assertThat(result.code()).as(result.err()).isZero();
    for (String name : written) {
      assertThat(Files.getPosixFilePermissions(folder.resolve(name))).as(name).isEqualTo(only);
    }
    assertThat(victim).hasContent("as it was");
  }
}
