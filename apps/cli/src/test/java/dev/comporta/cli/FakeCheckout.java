package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scripts of the real checkout in a folder of their own, with a Maven that builds nothing and a
 * JDK whose {@code java} prints its arguments, one a line.
 */
final class FakeCheckout {
  private static final Path REAL = Path.of("..", "..").toAbsolutePath().normalize();

  final Path root;
  private final Path tools;
  private final Map<String, @Nullable String> environment = new LinkedHashMap<>();

  /** What a script did. */
  record Run(int code, String out, String err) {
    List<String> arguments() {
      assertThat(code).as(err).isZero();
      return out.lines().toList();
    }

    String refusal() {
      assertThat(code).as(err).isEqualTo(2);
      assertThat(out).isEmpty();
      assertThat(err.lines()).as(err).hasSize(1);
      return err.strip();
    }
  }

  private FakeCheckout(Path root, Path tools) {
    this.root = root;
    this.tools = tools;
    set("PATH", tools + ":" + System.getenv("PATH"));
    set("JAVA_HOME", tools.resolve("jdk").toString());
    set("MAVEN_OPTS", null);
    set("COMPORTA_JAVA_OPTS", null);
    set("BUILDS", tools.resolve("builds").toString());
  }

  /**
   * Makes a checkout at {@code root} that has not been built, with its tools in a folder next to
   * it.
   */
  static FakeCheckout create(Path root) throws IOException {
    Files.createDirectories(root);
    for (String part : new String[] {"comporta", "mvnw", ".build", ".mvn"}) {
      copy(REAL.resolve(part), root.resolve(part));
    }
    write(root.resolve("pom.xml"), "the build");
    write(root.resolve("apps/cli/pom.xml"), "a module");
    write(root.resolve("api/src/main/java/A.java"), "class A");
    Path tools = root.resolveSibling("tools of " + root.getFileName().toString().replace(':', '_'));
    script(
        tools.resolve("mvn"),
        """
        for word; do
          case $word in
            comporta.distribution=*) mkdir -p "${word#*=}/lib" ;;
          esac
        done
        echo build >>"$BUILDS"
        [ -z "${HOLD:-}" ] || while [ -e "$HOLD" ]; do sleep 0.1; done
        """);
    jdk(tools.resolve("jdk"));
    return new FakeCheckout(root, tools);
  }

  /** A JDK whose {@code java} prints its arguments and makes the archive that it is asked for. */
  static Path jdk(Path home) throws IOException {
    script(
        home.resolve("bin/java"),
        """
        printf 'LC_ALL=%s\\n' "${LC_ALL:-}"
        for word; do
          printf '%s\\n' "$word"
          case $word in
            -XX:SharedArchiveFile=*) echo classes >"${word#*=}" ;;
          esac
        done
        """);
    script(home.resolve("bin/javac"), "");
    write(home.resolve("release"), "JAVA_VERSION=\"99.0.1\"\n");
    return home;
  }

  /** The same tools for another folder with the scripts. */
  FakeCheckout at(Path other) {
    return new FakeCheckout(other, tools);
  }

  /** Sets a variable of the environment; null removes it. */
  FakeCheckout set(String name, @Nullable String value) {
    environment.put(name, value);
    return this;
  }

  /** How often Maven was started. */
  int builds() throws IOException {
    Path builds = tools.resolve("builds");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }

  Path tools() {
    return tools;
  }

  /** Runs {@code ./comporta} in the folder of the checkout. */
  Run comporta(String... arguments) throws Exception {
    return run(root, root.resolve("comporta").toString(), arguments);
  }

  Run run(Path folder, String program, String... arguments) throws Exception {
    Path err = Files.createTempFile(tools, "err", "");
    return finish(start(folder, err, program, arguments), err);
  }

  Process start(Path folder, Path err, String program, String... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(program);
    builder.command().addAll(List.of(arguments));
    builder.directory(folder.toFile());
    environment.forEach((name, value) -> {
      if (value == null) {
        builder.environment().remove(name);
      } else {
        builder.environment().put(name, value);
      }
    });
    return builder.redirectError(err.toFile()).start();
  }

  /**
   * Waits for a script; one that does not end is stopped and fails the test with what it printed.
   */
  static Run finish(Process process, Path err) throws Exception {
    CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> readAll(process));
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(
          "still running after 3 minutes: "
              + process.info()
              + "; it printed: "
              + Files.readString(err));
    }
    return new Run(
        process.exitValue(),
        new String(out.get(1, TimeUnit.MINUTES), StandardCharsets.UTF_8),
        Files.readString(err));
  }

  private static byte[] readAll(Process process) {
    try {
      return process.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  static void script(Path file, String commands) throws IOException {
    write(file, "#!/bin/sh\n" + commands);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Copies a file or a folder with the times and rights of its files, as {@code cp -a} does. */
  static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (folder.getFileName().toString().startsWith("lock")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = file.equals(from) ? to : to.resolve(from.relativize(file));
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
