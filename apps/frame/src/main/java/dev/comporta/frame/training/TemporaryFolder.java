package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder for files that are read once and not kept.
 *
 * @param path the folder, which is deleted with its files when this is closed
 */
record TemporaryFolder(Path path) implements AutoCloseable {
  static TemporaryFolder create() {
    try {
      return new TemporaryFolder(Files.createTempDirectory("comporta-"));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private static ComportaException unusable(IOException e) {
    return new ComportaException(
        formatted("a temporary folder cannot be used: %s", e.getMessage()), e);
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw unusable(e);
    }
  }
}
