package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.peers.Library;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a benchmark.
 *
 * @param filter rows whose names match are measured
 * @param threads the number of threads of every library, 1 or more
 * @param peers the libraries to compare with; empty to measure Comporta only
 * @param peersFolder the output folder of the build profile {@code peers}; needed with peers only
 * @param seconds the measured time in seconds for each side of a row, above 0
 * @param rtneural the sources of RTNeural; needed with that peer only
 */
public record BenchSettings(
    Pattern filter,
    int threads,
    List<Library> peers,
    @Nullable Path peersFolder,
    double seconds,
    @Nullable Path rtneural) {
  /**
   * Checks the settings.
   *
   * @throws InvalidOptionException if a number is out of range, or peers are given without a folder
   */
  public BenchSettings {
    peers = List.copyOf(peers);
    if (threads < 1) {
      throw new InvalidOptionException(
          formatted("[bench] expected 1 or more threads but got %d", threads));
    }
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected a number of seconds above 0 and at most 3600 but got %s", seconds));
    }
    if (peers.contains(Library.RTNEURAL) != (rtneural != null)) {
      throw new InvalidOptionException(
          "[bench] expected the peer rtneural and its sources together; write --peers=rtneural --rtneural DIR");
    }
    if (peers.stream().anyMatch(peer -> peer != Library.RTNEURAL) && peersFolder == null) {
      throw new InvalidOptionException(
          "[bench] expected a folder with the peers but got none; run ./comporta bench --peers, which builds them");
    }
  }

  /**
   * Settings without RTNeural.
   *
   * @param filter rows whose names match are measured
   * @param threads the number of threads of every library, 1 or more
   * @param peers the libraries to compare with
   * @param peersFolder the output folder of the build profile {@code peers}
   * @param seconds the measured time in seconds for each side of a row, above 0
   */
  public BenchSettings(
      Pattern filter,
      int threads,
      List<Library> peers,
      @Nullable Path peersFolder,
      double seconds) {
    this(filter, threads, peers, peersFolder, seconds, null);
  }

  boolean wants(String workload) {
    return filter.matcher(workload).find();
  }
}
