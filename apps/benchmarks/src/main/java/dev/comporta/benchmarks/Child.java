package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A process that prints its result and ends. */
final class Child {
  private Child() {}

  /**
   * Runs it; its standard error is inherited.
   *
   * @return the last line of its output
   * @throws IllegalStateException if it fails or prints nothing
   */
  static String lastLine(List<String> command) {
    List<String> lines = lines(command);
    if (lines.isEmpty()) {
      throw new IllegalStateException(
          "[benchmarks] expected a process to print its result but it printed nothing");
    }
    return lines.getLast();
  }

  /**
   * Runs it; its standard error is inherited.
   *
   * @return the lines of its output
   * @throws IllegalStateException if it fails
   */
  static List<String> lines(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            formatted(
                "[benchmarks] a process ended with exit code %d; its errors are above, and it printed: %s",
                code, String.join(" / ", lines)));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("[benchmarks] a process did not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("[benchmarks] interrupted while a process ran", e);
    }
  }
}
