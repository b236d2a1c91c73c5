package dev.comporta.frame.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.serialization.AtomicFile;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.ModelFileException.Problem;
import dev.comporta.serialization.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/** Finds out before hours of work whether its result can be written. */
public final class OutputFile {
  private static final String MODEL = "a model";
  private static final String CHECKPOINT = "a checkpoint";

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
    require(
        option,
        path,
        MODEL,
        "%s expected a model file, which is replaced, or a new name, but %s is %s; name another file");
  }

  /**
   * Refuses a file that no checkpoint may be written to.
   *
   * @param option the flag that names the model of the checkpoint, for the message
   * @param path the file; what is there is not touched
   * @throws ComportaException if it cannot be written, or is neither a checkpoint nor empty
   */
  public static void requireCheckpoint(String option, Path path) {
    require(
        option,
        path,
        CHECKPOINT,
        "%s keeps a checkpoint in %s, but that is %s; name another file, or move that one away");
  }

  /** The sentence takes the option, the file and what is in it. */
  private static void require(String option, Path path, String expected, String sentence) {
    requireWritable(option, path);
    String found = Files.exists(path) ? found(path, expected) : expected;
    if (!found.equals(expected)) {
      throw new ComportaException(formatted(sentence, option, path, found));
    }
  }

  /** What is in a file; a damaged one is what it should be. */
  private static String found(Path path, String expected) {
    try {
      return Files.size(path) == 0 ? expected : "a " + ModelFiles.describe(path).kind();
    } catch (ModelFileException e) {
      return e.problem() == Problem.NOT_A_MODEL_FILE
          ? "something else"
          : expected; // or what is left of one
    } catch (IOException e) {
      throw new ComportaException(formatted("%s cannot be read: %s", path, e.getMessage()), e);
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
    requirePlace(option, path);
    try {
      AtomicFile.requireWritable(path);
    } catch (ModelFileException e) {
      throw new ComportaException(formatted("%s: %s", option, e.getMessage()), e);
    }
  }

  /**
   * Refuses a file that is a folder or a device, or has no folder to be in.
   *
   * @param option the flag that named it, for the message
   * @param path the file; nothing is written
   * @throws ComportaException if it is a directory, a pipe or a device, or its directory is missing
   */
  public static void requirePlace(String option, Path path) {
    if (Files.isDirectory(path)) {
      throw new ComportaException(
          formatted("%s expected a file but %s is a directory; name a file in it", option, path));
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new ComportaException(
          formatted(
              "%s expected a file, which is replaced, or a new name, but %s is not an ordinary file; name another file",
              option, path));
    }
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new ComportaException(
          formatted("%s cannot be written: there is no directory %s", option, directory));
    }
  }

  /**
   * Refuses one file for two purposes.
   *
   * @param option the flag that names what is written
   * @param written the file to write
   * @param other the flag that names what is read
   * @param read the file to read
   * @throws ComportaException if writing would replace what is read
   */
  public static void requireOther(String option, Path written, String other, Path read) {
    try {
      if (Files.exists(written) && Files.exists(read) && Files.isSameFile(written, read)) {
        throw new ComportaException(
            formatted("%s and %s expected two files but both are %s", option, other, written));
      }
    } catch (IOException e) {
      throw new ComportaException(formatted("%s cannot be read: %s", read, e.getMessage()), e);
    }
  }

  /**
   * Refuses, before anything is scored, a file that an evaluator cannot write for its models.
   *
   * @param option the option that may name the file
   * @param models what is scored
   * @param settings the settings of the evaluator
   * @throws ComportaException if there are several models, the file cannot be written, or would
   *     replace what is read
   */
  public static void requireForOneModel(
      Option<Path> option, List<LoadedModel> models, Settings settings) {
    if (settings.find(option).isPresent() && models.size() > 1) {
      throw new InvalidOptionException(
          formatted(
              "--%s expected one model but got %d; evaluate them one at a time",
              option.name(), models.size()));
    }
    requireForModel(option, models.getFirst(), settings);
  }

  /**
   * Refuses, before anything is computed, a file that cannot be written for a model.
   *
   * @param option the option that may name the file
   * @param model what computes it
   * @param settings the settings with that option
   * @throws ComportaException if the file cannot be written, or would replace what is read
   */
  public static void requireForModel(Option<Path> option, LoadedModel model, Settings settings) {
    Path file = settings.find(option).orElse(null);
    if (file != null) {
      String flag = "--" + option.name();
      requireWritable(flag, file);
      forEachRead(settings, (other, read) -> requireOther(flag, file, other, read));
      requireOther(flag, file, "--model", Path.of(model.name()));
    }
  }

  /**
   * Refuses pipes for the files that settings name, as every model reads them.
   *
   * @param settings the settings of the models' evaluator
   * @throws ComportaException if one of the files exists and can be read only once
   */
  public static void requireRereadable(Settings settings) {
    forEachRead(settings, OutputFile::requireRereadable);
  }

  /** Gives an action the files that settings name to be read, each with its flag. */
  private static void forEachRead(Settings settings, BiConsumer<String, Path> action) {
    for (Option<?> option : settings.options()) {
      Object value = settings.find(option).orElse(null);
      List<?> files =
          value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
      for (Object file : files) {
        if (file instanceof Path path && option.group() != Group.FILES) { // which are written
          action.accept("--" + option.name(), path);
        }
      }
    }
  }

  /**
   * Refuses a pipe for a file that several models read.
   *
   * @param option the flag that names it
   * @param path the file
   * @throws ComportaException if it exists and can be read only once
   */
  private static void requireRereadable(String option, Path path) {
    if (Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path)) {
      throw new ComportaException(
          formatted(
              "%s expected a regular file, as every model reads it, but %s is a pipe or a device; save it to a file first",
              option, path));
    }
  }
}
