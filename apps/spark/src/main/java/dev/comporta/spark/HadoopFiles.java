package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files of any file system that Hadoop knows. */
final class HadoopFiles {
  /** Spark sends one array. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 64;

  private HadoopFiles() {}

  /**
   * Reads a whole file.
   *
   * @param configuration of Hadoop
   * @param file its path
   * @param what it is, such as {@code the model file}
   * @throws ComportaException if it cannot be read
   */
  static byte[] read(Configuration configuration, String file, String what) {
    try {
      Path path = new Path(file);
      FileSystem system = path.getFileSystem(configuration);
      FileStatus status = system.getFileStatus(path);
      if (!status.isFile() || status.getLen() > MOST_BYTES) {
        throw new ComportaException(
            formatted(
                "[spark] expected %s to be a file of at most %d bytes but %s %s",
                what,
                MOST_BYTES,
                file,
                status.isFile() ? "has " + status.getLen() : "is a folder"));
      }
      try (InputStream in = system.open(path)) {
        return in.readNBytes((int) status.getLen());
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new ComportaException(
          formatted("[spark] cannot read %s %s: %s", what, file, e.getMessage()), e);
    }
  }

  /**
   * Writes a file: whole, or not at all where the file system renames in one step.
   *
   * @param configuration of Hadoop
   * @param file its path; an earlier file is replaced
   * @param local what is copied
   * @throws IOException if it cannot be written
   */
  static void write(Configuration configuration, Path file, java.nio.file.Path local)
      throws IOException {
    FileSystem system = file.getFileSystem(configuration);
    Path begun = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
    try {
      system.copyFromLocalFile(false, true, new Path(local.toUri()), begun);
      move(system, begun, file);
    } finally {
      system.delete(begun, false); // what a failure has left
    }
  }

  /** Gives a file its name, in place of an earlier one; it keeps its own if that fails. */
  static void move(FileSystem system, Path from, Path to) throws IOException {
    system.delete(to, false);
    if (!system.rename(from, to)) {
      throw new IOException(from + " cannot be renamed to " + to);
    }
  }
}
