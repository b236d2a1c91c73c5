package dev.comporta.benchmarks.graphs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Formatting;
import dev.comporta.benchmarks.peers.Launch;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.onnx.value.OnnxTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The jars of the build profile {@code peers}, if they were built. */
public final class PeerJars {
  /** The class that serves graphs in ONNX Runtime. */
  private static final String GRAPHS = "dev.comporta.benchmarks.peers.onnxruntime.OnnxGraphs";

  private PeerJars() {}

  /** Whether a folder has the jars. */
  public static boolean areIn(@Nullable Path folder) {
    return folder != null && Files.isDirectory(folder.resolve("lib"));
  }

  /**
   * Describes how to start a library.
   *
   * @param folder the output folder of the profile
   * @param threads the number of threads that a product may use
   */
  public static Launch launch(Library library, Path folder, int threads) {
    List<Path> classPath = new ArrayList<>();
    classPath.add(location(PeerJars.class));
    classPath.add(location(Formatting.class));
    classPath.add(location(OnnxTensor.class));
    try (Stream<Path> jars = Files.list(folder.resolve("lib"))) {
      jars.sorted().forEach(classPath::add);
    } catch (IOException e) {
      throw new UncheckedIOException(formatted("[bench] cannot list %s", folder), e);
    }
    return library.launch(classPath, folder.resolve("native"), threads);
  }

  /** Describes how to start ONNX Runtime for {@link GraphProcess}. */
  public static Launch graphs(Path folder) {
    Launch launch = launch(Library.ONNXRUNTIME, folder, 1).withMain(GRAPHS);
    return new Launch("ONNX Runtime", launch.options(), launch.module(), launch.mainClass());
  }

  /** The jar or folder of a class. */
  private static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(
          "[benchmarks] cannot determine the location of our own classes", e);
    }
  }
}
