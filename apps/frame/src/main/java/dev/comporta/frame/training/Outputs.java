package dev.comporta.frame.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.WriterLock;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The files that a training run writes. They are tried under their final names and locked before
 * anything slow begins; until this is closed, another run that would write one of them is refused.
 */
final class Outputs implements AutoCloseable {
  /** A model and the files next to it share one lock. */
  private static final List<String> ENDINGS =
      List.of(".previous", RunFiles.CHECKPOINT, RunFiles.BEST);

  private final Map<Path, WriterLock> locks = new LinkedHashMap<>();

  /** Folders that were made for this training, the inner ones first. */
  private final List<Path> made = new ArrayList<>();

  private Outputs() {}

  /**
   * Tries and locks all files of a training.
   *
   * @param names the names of the files
   * @param log takes a line where the file system has no locks
   * @return to be closed after training
   * @throws ComportaException if one cannot be written, holds something else, or is being written
   *     by another training; what is there is not touched
   */
  static Outputs claim(RunFiles names, Consumer<String> log) {
    Outputs outputs = new Outputs();
    boolean complete = false;
    try {
      outputs.lock(names, log);
      attempt(names);
      complete = true;
      return outputs;
    } finally {
      if (!complete) {
        outputs.close();
      }
    }
  }

  private void lock(RunFiles names, Consumer<String> log) {
    Map<String, Path> files = files(names);
    files.forEach(Outputs::requirePlace);
    Map<Path, String> places = new LinkedHashMap<>();
    files.forEach((what, path) -> {
      String other = places.putIfAbsent(lockOf(what, path, List.of()), what);
      if (other != null) {
        throw new ComportaException(
            formatted("%s and %s expected two files but both are %s", what, other, path));
      }
    });
    files.forEach((what, path) -> lock(what, path, lockOf(what, path, ENDINGS), log));
    Path folder = names.recording().tensorboard();
    if (folder != null) {
      String what = "--" + Recording.TENSORBOARD;
      make(what, folder);
      lock(what, folder, refused(what, () -> WriterLock.lockIn(folder)), log);
    }
  }

  private static Path lockOf(String what, Path path, List<String> endings) {
    return refused(what, () -> WriterLock.lockOf(path, endings));
  }

  private void lock(String what, Path path, Path lock, Consumer<String> log) {
    if (!locks.containsKey(lock)) {
      locks.put(lock, refused(what, () -> WriterLock.take(path, lock, log)));
    }
  }

  /** Puts in front of a refusal what it is about. */
  private static <T> T refused(String what, Supplier<T> attempt) {
    try {
      return attempt.get();
    } catch (ModelFileException e) {
      throw new ComportaException(formatted("%s: %s", what, e.getMessage()), e);
    }
  }

  /** By what messages call them. */
  private static Map<String, Path> files(RunFiles names) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("--out", names.out());
    files.put("the checkpoint of --out", names.checkpoint());
    files.put("the checkpoint before that of --out", Checkpoints.previous(names.checkpoint()));
    files.put("the best model of --out", names.best());
    Path csv = names.recording().csv();
    if (csv != null) {
      files.put("--" + Recording.CSV, csv);
    }
    return files;
  }

  private static void requirePlace(String what, Path file) {
    if (what.startsWith("--")) { // the others are next to such a file
      OutputFile.requirePlace(what, file);
    }
  }

  private static void attempt(RunFiles names) {
    OutputFile.requireModel("--out", names.out());
    OutputFile.requireCheckpoint("--out", names.checkpoint());
    OutputFile.requireCheckpoint("--out", Checkpoints.previous(names.checkpoint()));
    if (names.keepsBest()) {
      OutputFile.requireModel("--out", names.best());
    }
    names.recording().requireUsable();
  }

  private void make(String what, Path folder) {
    List<Path> missing = new ArrayList<>();
    for (Path next = folder.toAbsolutePath();
        next != null && !Files.exists(next);
        next = next.getParent()) {
      missing.add(next);
    }
    try {
      Files.createDirectories(folder);
      made.addAll(missing);
    } catch (IOException e) {
      throw new ComportaException(
          formatted("%s expected a folder but %s cannot be one (%s)", what, folder, e), e);
    }
  }

  /** Lets other runs write, and removes folders that this run has left empty. */
  @Override
  public void close() {
    try {
      locks.values().forEach(WriterLock::close);
      for (Path folder : made) {
        Files.deleteIfExists(folder);
      }
    } catch (DirectoryNotEmptyException e) {
      // the training has written there
    } catch (IOException e) {
      throw new ComportaException(formatted("%s cannot be removed", e.getMessage()), e);
    }
  }
}
