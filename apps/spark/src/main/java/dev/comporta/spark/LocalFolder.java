package dev.comporta.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;

/**
 * A temporary folder in Spark's own local folder, which Spark deletes at the end of the
 * application, also that of an executor that was killed.
 *
 * @param path the folder, which is deleted with all that is in it when this is closed
 */
record LocalFolder(Path path) implements AutoCloseable {
  static LocalFolder create() throws IOException {
    Path local = SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath();
    return new LocalFolder(Files.createTempDirectory(local, "comporta-train"));
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(path)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }
}
