package dev.comporta.tasks;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apiguardian.api.API;

/** Finds out before hours of work whether its result can be written. */
@API(status = API.Status.EXPERIMENTAL)
public final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a file that cannot be written.
   *
   * @param option the flag that named it, for the message
   * @param path the file; what is there is not touched
   * @throws ComportaException if it is a directory or its directory is missing or not writable
   */
  public static void requireWritable(String option, Path path) {
    if (Files.isDirectory(path)) {
      throw new ComportaException(
          "%s expected a file but %s is a directory; name a file in it".formatted(option, path));
    }
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new ComportaException(
          "%s cannot be written: there is no directory %s".formatted(option, directory));
    }
    try {
      Files.delete(Files.createTempFile(directory, ".comporta", ".tmp"));
    } catch (IOException e) {
      throw new ComportaException(
          "%s cannot be written: no file can be made in %s (%s)"
              .formatted(option, directory, e.getMessage()),
          e);
    }
  }
}
