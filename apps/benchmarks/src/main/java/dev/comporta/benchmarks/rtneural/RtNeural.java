package dev.comporta.benchmarks.rtneural;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.benchmarks.peers.Capabilities;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.benchmarks.peers.PeerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The peer program, compiled once for each backend of RTNeural that its sources have. */
public final class RtNeural implements AutoCloseable {
  private static final String PROGRAM = "rtneural_peer.cpp";

  /** The variable of the environment that names another compiler than {@code c++}. */
  private static final String COMPILER = "CXX";

  /** The longest error of a compiler that is read, in bytes. */
  private static final int LONGEST_ERROR = 4000;

  /**
   * A backend of RTNeural.
   *
   * @param name its name in tables
   * @param macro what selects it
   * @param alignment the alignment of its arrays in bytes: that of the widest vector it uses
   * @param headers the folder of its headers below that of RTNeural; empty if it needs none
   */
  private record Backend(String name, String macro, int alignment, String headers) {
    boolean isIn(Path sources) {
      return headers.isEmpty() || Files.isDirectory(sources.resolve(headers));
    }
  }

  private static final List<Backend> BACKENDS =
      List.of(
          new Backend("xsimd", "RTNEURAL_USE_XSIMD", 64, "modules/xsimd/include"),
          new Backend("eigen", "RTNEURAL_USE_EIGEN", 32, "modules/Eigen/Eigen"),
          new Backend("stl", "RTNEURAL_USE_STL", 32, ""));

  /**
   * A compiled program.
   *
   * @param label its name in tables, such as {@code rtneural-eigen}
   * @param file the executable
   */
  private record Program(String label, Path file) {}

  private final Path folder;
  private final List<Program> programs = new ArrayList<>();

  private RtNeural(Path folder) {
    this.folder = folder;
  }

  /**
   * Compiles the programs with {@code -O3 -march=native}.
   *
   * @param sources a checkout of RTNeural with its submodules
   * @param progress receives one line for each backend
   * @return the programs; closing deletes them
   * @throws InvalidOptionException if these are no sources of RTNeural, or there is no compiler, or
   *     it compiles none of the backends
   */
  public static RtNeural compile(Path sources, Consumer<String> progress) {
    if (!Files.isRegularFile(sources.resolve("RTNeural").resolve("RTNeural.h"))) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected the sources of RTNeural in %s but it has no RTNeural/RTNeural.h; clone https://github.com/jatinchowdhury18/RTNeural with its submodules",
              sources));
    }
    RtNeural compiled = new RtNeural(temporaryFolder());
    try {
      compiled.compileAll(sources, progress);
      return compiled;
    } catch (RuntimeException e) {
      compiled.close();
      throw e;
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("comporta-rtneural");
    } catch (IOException e) {
      throw new UncheckedIOException("[bench] a temporary folder could not be made", e);
    }
  }

  private void compileAll(Path sources, Consumer<String> progress) {
    Path program = folder.resolve(PROGRAM);
    try (InputStream in = RtNeural.class.getResourceAsStream(PROGRAM)) {
      Files.copy(Objects.requireNonNull(in, PROGRAM), program);
    } catch (IOException e) {
      throw new UncheckedIOException(formatted("[bench] %s could not be written", program), e);
    }
    String error = "";
    for (Backend backend : BACKENDS) {
      if (backend.isIn(sources)) {
        progress.accept(formatted("compiling RTNeural, backend %s", backend.name()));
        Path file = folder.resolve(backend.name());
        String said = compile(command(backend, sources, program, file));
        if (said.isEmpty()) {
          programs.add(new Program(Library.RTNEURAL.label() + "-" + backend.name(), file));
        } else {
          error = said;
          progress.accept(formatted("RTNeural's backend %s is left out: %s", backend.name(), said));
        }
      }
    }
    if (programs.isEmpty()) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected sources of RTNeural that compile with %s but got: %s; use C++17 and RTNeural's newest sources",
              compiler(), error));
    }
  }

  private static String compiler() {
    String chosen = System.getenv(COMPILER);
    return chosen == null || chosen.isBlank() ? "c++" : chosen;
  }

  private static List<String> command(Backend backend, Path sources, Path program, Path file) {
    List<String> command = new ArrayList<>();
    command.add(compiler());
    command.addAll(List.of("-std=c++17", "-O3", "-march=native", "-DNDEBUG"));
    command.add("-D" + backend.macro() + "=1");
    command.add("-DRTNEURAL_DEFAULT_ALIGNMENT=" + backend.alignment());
    command.add("-I" + sources);
    command.add("-I" + sources.resolve("modules/json"));
    command.add("-I" + sources.resolve("modules/Eigen"));
    command.add("-I" + sources.resolve("modules/xsimd/include"));
    command.addAll(List.of(program.toString(), "-o", file.toString()));
    return command;
  }

  /** Compiles; returns nothing or the compiler's first error. */
  private static String compile(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      InputStream in = process.getInputStream();
      String said = new String(in.readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8);
      in.transferTo(OutputStream.nullOutputStream());
      int code = process.waitFor();
      return code == 0
          ? ""
          : Printable.sentence(
              said.lines()
                  .filter(line -> line.contains("error"))
                  .findFirst()
                  .orElse(formatted("exit code %d", code)));
    } catch (IOException e) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected a C++ compiler named %s but it did not start; install one, or name one in the variable %s",
              command.getFirst(), COMPILER));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("[bench] interrupted while RTNeural was compiled", e);
    }
  }

  /**
   * Starts every program; the caller closes them.
   *
   * @return one process for each backend
   */
  public List<PeerProcess> start() {
    List<PeerProcess> started = new ArrayList<>();
    for (Program program : programs) {
      started.add(
          PeerProcess.start(
              program.label(),
              List.of(program.file().toString()),
              workload -> Capabilities.runs(Library.RTNEURAL, workload)));
    }
    return started;
  }

  @Override
  public void close() {
    try {
      List<Path> files;
      try (Stream<Path> listed = Files.list(folder)) {
        files = listed.toList();
      }
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(formatted("[bench] %s could not be deleted", folder), e);
    }
  }
}
