package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoints of a distributed run: a folder for each, {@code step-N}, with a file for each
 * rank that writes one, and {@code _SUCCESS} once all are there.
 */
final class SavedRounds {
  private static final String COMPLETE = "_SUCCESS";
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})");

  private final Configuration configuration;
  private final Path folder;

  SavedRounds(Configuration configuration, String folder) {
    this.configuration = configuration;
    this.folder = new Path(folder);
  }

  private FileSystem system() throws IOException {
    return folder.getFileSystem(configuration);
  }

  /** The updates after which a checkpoint is complete, most first. */
  List<Long> complete() {
    try {
      FileSystem system = system();
      if (!system.exists(folder)) {
        return List.of();
      }
      Stream<FileStatus> found = Arrays.stream(system.listStatus(folder));
      return found
          .map(it -> NAME.matcher(it.getPath().getName()))
          .filter(it -> it.matches() && isComplete(system, it.group()))
          .map(it -> Long.valueOf(it.group(1)))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new ComportaException(
          formatted("[train] cannot read the folder of checkpoints %s: %s", folder, e.getMessage()),
          e);
    }
  }

  private boolean isComplete(FileSystem system, String name) {
    try {
      return system.exists(new Path(new Path(folder, name), COMPLETE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path of(long step) {
    return new Path(folder, "step-" + step);
  }

  /** The file of a rank. */
  Path file(long step, int rank) {
    return new Path(of(step), "part-" + rank);
  }

  /** Writes the file of a rank. */
  void write(long step, int rank, java.nio.file.Path checkpoint) {
    try {
      HadoopFiles.write(configuration, file(step, rank), checkpoint);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Marks a checkpoint as complete, once all its files are written, and keeps the newest two. */
  void complete(long step) {
    try {
      system().create(new Path(of(step), COMPLETE), true).close();
      List<Long> all = complete();
      for (long old : all.subList(Math.min(2, all.size()), all.size())) {
        system().delete(of(old), true);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private ComportaException unwritable(IOException e) {
    return new ComportaException(
        formatted("[train] cannot write checkpoints to %s: %s", folder, e.getMessage()), e);
  }

  /** Copies the file of a rank. */
  void read(long step, int rank, java.nio.file.Path to) {
    try {
      Path file = file(step, rank);
      if (!system().exists(file)) {
        throw new ComportaException(
            formatted(
                "[train] expected a checkpoint of rank %d in %s but there is none; it was written for fewer parts or without local steps",
                rank, of(step)));
      }
      system().copyToLocalFile(false, file, new Path(to.toUri()), true);
    } catch (IOException e) {
      throw new ComportaException(
          formatted("[train] cannot read the checkpoint in %s: %s", of(step), e.getMessage()), e);
    }
  }
}
