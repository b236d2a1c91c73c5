package dev.comporta.benchmarks;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.peers.Library;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to measure.
 *
 * @param filter rows whose name it finds are measured
 * @param threads of every library, 1 or more
 * @param peers the libraries to compare with, none for our own figures alone
 * @param peersFolder what the build profile {@code peers} built; needed with peers only
 * @param seconds of measured time for each side of a row, above 0
 */
public record BenchSettings(
    Pattern filter, int threads, List<Library> peers, @Nullable Path peersFolder, double seconds) {
  /**
   * Checks the numbers.
   *
   * @throws InvalidOptionException if one is out of range, or peers are asked for without a folder
   */
  public BenchSettings {
    peers = List.copyOf(peers);
    if (threads < 1) {
      throw new InvalidOptionException(
          "[bench] expected 1 or more threads but got %d".formatted(threads));
    }
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new InvalidOptionException(
          "[bench] expected above 0 and at most 3600 seconds but got %s".formatted(seconds));
    }
    if (!peers.isEmpty() && peersFolder == null) {
      throw new InvalidOptionException(
          "[bench] the peers are built by the launcher: run ./comporta bench --peers");
    }
  }

  boolean wants(String workload) {
    return filter.matcher(workload).find();
  }
}
