package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application outside this build, with a cell of its own, started as the README says, with the
 * jars that the README names and no others.
 */
class UserApplicationTest {
  private static final Path SOURCES = Path.of("src/test/user-application");
  private static final Path README = Path.of("../../README.md");
  private static final String MAIN = "example.app.Main";

  /** The jars of the README, or the folders of their classes during the build. */
  private static final Pattern LIBRARIES =
      Pattern.compile(
          ".*/(comporta-(api|tensor|cells|training)-[^/]*\\.jar"
              + "|(api|tensor|cells|training)/target/classes"
              + "|slf4j-api-[^/]*\\.jar)");

  @TempDir Path folder;
  private Path classes;
  private String libraries;

  @BeforeEach
  void compile() throws Exception {
    String all = System.getProperty("jdk.module.path"); // javac wants the annotations too
    libraries =
        Stream.of(all.split(File.pathSeparator, -1))
            .filter(entry -> LIBRARIES.matcher(entry.replace('\\', '/')).matches())
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(libraries.split(File.pathSeparator, -1)).hasSize(5);
    classes = Files.createDirectory(folder.resolve("classes"));
    Result javac =
        run(
            "javac",
            "--module-path",
            all,
            "-d",
            classes.toString(),
            SOURCES.resolve("module-info.java").toString(),
            SOURCES.resolve("example/app/LeakyCell.java").toString(),
            SOURCES.resolve("example/app/Main.java").toString());
    assertThat(javac.exitCode()).as(javac.error()).isZero();
  }

  @Test
  void runsOnTheModulePath() throws Exception {
    Result result =
        run(
            "java",
            "--module-path",
            classes + File.pathSeparator + libraries,
            "--module",
            "example.app/" + MAIN);

    assertThat(result.exitCode()).as(result.error()).isZero();
    assertThat(result.output()).matches("simd: -?0\\.\\d+, -?0\\.\\d+\\R");
  }

  @Test
  void runsOnTheClassPath() throws Exception {
    register();
    Result result = run("java", "--add-modules", "jdk.incubator.vector", "-cp", classPath(), MAIN);

    assertThat(result.exitCode()).as(result.error()).isZero();
    assertThat(result.output()).matches("simd: -?0\\.\\d+, -?0\\.\\d+\\R");
  }

  @Test
  void saysWhatIsMissingOnTheClassPathAndGoesOnWithoutIt() throws Exception {
    register();
    Result result = run("java", "-cp", classPath(), MAIN);

    assertThat(result.exitCode()).as(result.error()).isZero();
    assertThat(result.output()).startsWith("reference: ");
    assertThat(result.error()).contains("pass --add-modules jdk.incubator.vector to java");
  }

  @Test
  void theReadmeShowsThisApplication() throws Exception {
    String readme = Files.readString(README);
    String cell = Files.readString(SOURCES.resolve("example/app/LeakyCell.java"));

    assertThat(readme)
        .contains(cell.substring(cell.indexOf("/** h'")))
        .contains(Files.readString(SOURCES.resolve("module-info.java")))
        .contains("java --module-path 'lib:app.jar' --module example.app/example.app.Main")
        .contains("java --add-modules jdk.incubator.vector -cp 'lib/*:app.jar' example.app.Main");
  }

  private void register() throws Exception {
    Path services = Path.of("META-INF/services/dev.comporta.api.cell.CellProvider");
    Path target = classes.resolve(services);
    Files.createDirectories(target.getParent());
    Files.copy(SOURCES.resolve(services), target);
  }

  private String classPath() {
    return classes + File.pathSeparator + libraries;
  }

  private record Result(int exitCode, String output, String error) {}

  private Result run(String tool, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Path error = folder.resolve("error");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(error.toFile())
            .start();
    int exitCode = process.waitFor();
    return new Result(exitCode, Files.readString(output), Files.readString(error));
  }
}
