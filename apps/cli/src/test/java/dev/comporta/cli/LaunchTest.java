package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a JVM of its own: nothing patched, no test on its paths. */
class LaunchTest {
  private static final String MAIN = "dev.comporta.cli.Main";

  @TempDir Path folder;

  @Test
  void onTheModulePath() throws Exception {
    Launch launch =
        launch("--module-path", modulePath(), "--module", "dev.comporta.cli/" + MAIN, "--version");

    assertThat(launch.exitCode()).as(launch.error()).isZero();
    assertThat(launch.output()).startsWith("comporta " + BuildVersion.version());
  }

  @Test
  void onTheClassPath() throws Exception {
    Launch launch = launch("--class-path", modulePath(), MAIN, "--version");

    assertThat(launch.exitCode()).as(launch.error()).isZero();
    assertThat(launch.output()).startsWith("comporta " + BuildVersion.version());
  }

  @Test
  void anInputErrorEndsTheJvmWithTwo() throws Exception {
    Launch launch =
        launch("--module-path", modulePath(), "--module", "dev.comporta.cli/" + MAIN, "trian");

    assertThat(launch.exitCode()).as(launch.error()).isEqualTo(2);
    assertThat(launch.output()).isEmpty();
  }

  /**
   * The signal of Ctrl-C differs from that of {@link Process#destroy} in nothing that matters here.
   */
  @Test
  void anInterruptedTrainingKeepsACheckpointAndEndsWith130() throws Exception {
    Path model = folder.resolve("model");
    Path checkpoint = folder.resolve("model.checkpoint");
    Path error = folder.resolve("error");
    Process process =
        new ProcessBuilder(
                command(
                    "-Dcomporta.command=the ./comporta",
                    "--module-path",
                    modulePath(),
                    "--class-path", // where Surefire puts what only an automatic module needs
                    System.getProperty("java.class.path"),
                    "--module",
                    "dev.comporta.cli/" + MAIN,
                    "train",
                    "adding",
                    "--length",
                    "9",
                    "--hidden",
                    "4",
                    "--steps",
                    "100000000",
                    "--checkpoint-every",
                    "10",
                    "--out",
                    model.toString()))
            .redirectOutput(folder.resolve("output").toFile())
            .redirectError(error.toFile())
            .start();
    // Before the training, the file is tried: it exists for a moment, and is empty.
    while (checkpoint.toFile().length() == 0 && process.isAlive()) {
      Thread.sleep(20);
    }
    process.destroy();

    assertThat(process.waitFor()).as(Files.readString(error)).isEqualTo(130);
    assertThat(Files.readString(error))
        .containsPattern(
            "stopped after step \\d+; continue with: 'the \\./comporta' train adding --resume")
        .contains(checkpoint.toString());
    assertThat(Files.readString(folder.resolve("output"))).isEmpty();
    assertThat(model).doesNotExist();
    assertThat(Cli.run("inspect", checkpoint.toString()).code()).isZero();
  }

  @Tag("full")
  @Test
  void theBatchThatIsSuggestedFits() throws Exception {
    Launch refused = small("1024");
    assertThat(refused.exitCode()).as(refused.error()).isEqualTo(2);
    Matcher fitting = Pattern.compile("--batch (\\d+) would fit").matcher(refused.error());
    assertThat(fitting.find()).as(refused.error()).isTrue();
    Launch trained = small(fitting.group(1));
    assertThat(trained.exitCode()).as(trained.error()).isZero();
  }

  /** Trains with a heap of 128 MiB. */
  private Launch small(String batch) throws Exception {
    String flags = "train adding --length 60 --hidden 256 --steps 2 --batch " + batch + " --out ";
    List<String> words = new ArrayList<>(List.of("-Xmx128m", "-XX:+UseParallelGC"));
    words.addAll(List.of("--module-path", modulePath()));
    words.addAll(List.of("--class-path", System.getProperty("java.class.path")));
    words.addAll(List.of("--module", "dev.comporta.cli/" + MAIN));
    words.addAll(List.of((flags + folder.resolve("m")).split(" ")));
    return launch(words.toArray(String[]::new));
  }

  /** What Surefire gives this module: its classes, its siblings and their libraries. */
  private static String modulePath() {
    String path = System.getProperty("jdk.module.path");
    assertThat(path).as("these tests run on the module path").isNotBlank();
    assertThat(Stream.of(path.split(File.pathSeparator, -1)))
        .noneMatch(entry -> entry.endsWith("test-classes"));
    return path;
  }

  private record Launch(int exitCode, String output, String error) {}

  private Launch launch(String... arguments) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path error = folder.resolve("error");
    Process process =
        new ProcessBuilder(command(arguments))
            .redirectOutput(output.toFile())
            .redirectError(error.toFile())
            .start();
    int exitCode = process.waitFor();
    return new Launch(
        exitCode,
        Files.readString(output, StandardCharsets.UTF_8),
        Files.readString(error, StandardCharsets.UTF_8));
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules");
    command.add("jdk.incubator.vector");
    command.addAll(List.of(arguments));
    return command;
  }
}
