package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A third party's cell and its test, each a module, are compiled against the built modules and run
 * in a JVM of their own, with nothing on the class path.
 */
@Tag("full")
class KitOnModulePathTest {
  private static final Path SOURCES = Path.of("src/test/modules");

  @TempDir Path folder;

  @Test
  void aThirdPartyTestsItsCell() throws IOException, InterruptedException {
    Path classes = folder.resolve("classes");
    List<String> compiler =
        new ArrayList<>(
            List.of(
                tool("javac"),
                "-d",
                classes.toString(),
                "-Xlint:all,-incubating,-requires-automatic,-requires-transitive-automatic",
                "-Werror",
                "--module-path",
                modules(),
                "--module-source-path",
                SOURCES.toString()));
    try (Stream<Path> files = Files.walk(SOURCES)) {
      files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(compiler::add);
    }
    run(compiler);
    String printed =
        run(
            List.of(
                tool("java"),
                "--add-modules",
                "jdk.incubator.vector,org.junit.jupiter.engine",
                "--module-path",
                classes + File.pathSeparator + modules(),
                "-m",
                "my.cell.test/my.cell.test.Run"));
    assertThat(printed)
        .containsPattern("AntisymmetricCellTest in module my.cell.test: (\\d+) found, \\1 passed");
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("%s has ended", command).isTrue();
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  /** Everything that this test was started with, without its own classes. */
  private static String modules() {
    return Stream.of("jdk.module.path", "java.class.path")
        .map(property -> System.getProperty(property, ""))
        .flatMap(path -> Stream.of(path.split(Pattern.quote(File.pathSeparator), -1)))
        .filter(entry -> !entry.isEmpty() && !entry.endsWith("test-classes"))
        .filter(entry -> !entry.contains("surefire"))
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }
}
