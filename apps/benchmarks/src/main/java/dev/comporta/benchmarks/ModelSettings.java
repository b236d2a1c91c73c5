package dev.comporta.benchmarks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.benchmarks.graphs.PeerJars;
import dev.comporta.benchmarks.models.ModelOptions;
import dev.comporta.benchmarks.peers.Library;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a measurement of ONNX files.
 *
 * @param models a folder, an index or an ONNX file
 * @param filter files whose names match are measured
 * @param threads numbers of threads, each of which is measured
 * @param peersFolder the output folder of the build profile {@code peers}, to compare with ONNX
 *     Runtime; null to measure Comporta only
 * @param seconds the measured time in seconds for each side, above 0
 * @param sizes sizes of dynamic axes by name
 * @param values numbers that fill inputs, by name
 * @param states the output of each state by the name of its input
 * @param stateless whether to feed nothing back
 */
public record ModelSettings(
    Path models,
    Pattern filter,
    List<Integer> threads,
    @Nullable Path peersFolder,
    double seconds,
    Map<String, Integer> sizes,
    Map<String, Double> values,
    Map<String, String> states,
    boolean stateless) {
  /**
   * Settings from the words of a command line.
   *
   * @param common the filter, the peers and the seconds
   * @param models a folder, an index or an ONNX file
   * @param threads numbers of threads, each of which is measured
   * @param sizes sizes of dynamic axes by name
   * @param values numbers that fill inputs, by name
   * @param states the output of each state by the name of its input
   * @param stateless whether to feed nothing back
   * @return the settings
   * @throws InvalidOptionException if a peer runs no ONNX files, or a number is out of range
   */
  public static ModelSettings of(
      BenchSettings common,
      Path models,
      List<Integer> threads,
      Map<String, Integer> sizes,
      Map<String, Double> values,
      Map<String, String> states,
      boolean stateless) {
    for (Library peer : common.peers()) {
      if (peer != Library.ONNXRUNTIME) {
        throw new InvalidOptionException(
            formatted(
                "[bench] expected --peers=onnxruntime with --models but got %s, which does not run ONNX files here",
                peer.label()));
      }
    }
    sizes.forEach((name, size) -> {
      if (size < 1) {
        throw new InvalidOptionException(
            formatted("[bench] expected a size of 1 or more for %s but got %d", name, size));
      }
    });
    Path folder = common.peers().isEmpty() ? null : common.peersFolder();
    if (folder != null && !PeerJars.areIn(folder)) {
      throw new InvalidOptionException(
          formatted(
              "[bench] expected the peers' jars in %s but found none; run ./comporta bench --peers",
              folder));
    }
    return new ModelSettings(
        models,
        common.filter(),
        threads,
        folder,
        common.seconds(),
        sizes,
        values,
        states,
        stateless);
  }

  /** Copies the lists and maps. */
  public ModelSettings {
    threads = List.copyOf(threads);
    sizes = Map.copyOf(sizes);
    values = Map.copyOf(values);
    states = Map.copyOf(states);
  }

  ModelOptions options() {
    return new ModelOptions(sizes, values, states, stateless);
  }
}
