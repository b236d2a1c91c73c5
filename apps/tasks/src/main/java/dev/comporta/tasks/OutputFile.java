package dev.comporta.tasks;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.ModelFileException.Problem;
import dev.comporta.serialization.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apiguardian.api.API;

/** Finds out before hours of work whether its result can be written. */
@API(status = API.Status.EXPERIMENTAL)
public final class OutputFile {
  private static final String MODEL = "model";

  private OutputFile() {}

  /**
   * Refuses a file that no model may be written to: one that cannot be written, or one that holds
   * something else, such as the text to train on.
   *
   * @param option the flag that named it, for the message
   * @param path the file; what is there is not touched
   * @throws ComportaException if it cannot be written, or is neither a model nor empty
   */
  public static void requireModel(String option, Path path) {
    requireWritable(option, path);
    if (Files.exists(path)) {
      String found = found(path);
      if (!found.equals(MODEL)) {
        throw new ComportaException(
            "%s expected a model file, which is replaced, or a new name, but %s is %s; name another file"
                .formatted(option, path, found));
      }
    }
  }

  private static String found(Path path) {
    if (!Files.isRegularFile(path)) {
      return "no ordinary file";
    }
    try {
      return Files.size(path) == 0 || ModelFiles.describe(path).kind().equals(MODEL)
          ? MODEL
          : "a checkpoint";
    } catch (ModelFileException e) {
      return e.problem() == Problem.NOT_A_MODEL_FILE
          ? "something else"
          : MODEL; // or what is left of one
    } catch (IOException e) {
      throw new ComportaException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

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
