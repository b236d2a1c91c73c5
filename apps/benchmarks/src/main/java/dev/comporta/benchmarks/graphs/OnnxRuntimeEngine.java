package dev.comporta.benchmarks.graphs;

import dev.comporta.onnx.OnnxEngine;
import dev.comporta.onnx.value.OnnxException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** ONNX Runtime of the build profile {@code peers}, in a JVM of its own. */
public final class OnnxRuntimeEngine implements OnnxEngine {
  /** The system property with the folder of the peers, which the launcher sets if it has them. */
  public static final String FOLDER = "comporta.peers";

  /** Called by {@link java.util.ServiceLoader}. */
  public OnnxRuntimeEngine() {}

  @Override
  public String name() {
    return "ONNX Runtime";
  }

  private static @Nullable Path folder() {
    String folder = System.getProperty(FOLDER);
    return folder == null ? null : Path.of(folder);
  }

  @Override
  public Optional<String> obstacle() {
    return PeerJars.areIn(folder())
        ? Optional.empty()
        : Optional.of(
            "it is not built; './comporta bench --peers=onnxruntime --models FILE' builds it in a checkout");
  }

  @Override
  public Graph open(Path file) {
    Path folder = folder();
    if (folder == null || !PeerJars.areIn(folder)) {
      throw new OnnxException("[onnx] ONNX Runtime cannot run here: " + obstacle().orElseThrow());
    }
    return GraphProcess.open(PeerJars.graphs(folder), file, 1);
  }
}
