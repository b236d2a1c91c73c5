package dev.comporta.benchmarks.peers;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The available peers, and how to start the JVMs of those that run in one. */
public enum Library {
  /** PyTorch's C++ library, through DJL. */
  LIBTORCH("dev.comporta.benchmarks.peers.libtorch.Libtorch"),
  /** Microsoft's inference engine, with preallocated tensors that are updated in place. */
  ONNXRUNTIME("dev.comporta.benchmarks.peers.onnxruntime.OnnxRuntime"),
  /**
   * ONNX Runtime as documented for streaming: each call allocates its results and the new state.
   */
  ONNXRUNTIME_MAP("dev.comporta.benchmarks.peers.onnxruntime.OnnxRuntime"),
  /** Deeplearning4j on ND4J's native backend. */
  DL4J("dev.comporta.benchmarks.peers.dl4j.Deeplearning4j"),
  /** RTNeural, a C++ library for audio, compiled from sources of the user; it has no JVM. */
  RTNEURAL("");

  /** The system property that selects {@link #ONNXRUNTIME_MAP} in the ONNX Runtime process. */
  public static final String MAPPED = "comporta.onnxruntime.mapped";

  private final String mainClass;

  Library(String mainClass) {
    this.mainClass = mainClass;
  }

  /** The name in tables and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Describes how to start its JVM; the arguments are those of {@link PeerServer}.
   *
   * @param classPath the jars and folders that contain this package and the peers
   * @param nativeCache the folder where libraries unpack their native code; nothing is downloaded
   * @param threads the number of threads that a product may use
   * @return the JVM and its options
   * @throws IllegalArgumentException for {@link #RTNEURAL}
   */
  public Launch launch(List<Path> classPath, Path nativeCache, int threads) {
    List<String> options = new ArrayList<>();
    options.add("--enable-native-access=ALL-UNNAMED");
    options.add("--sun-misc-unsafe-memory-access=allow");
    options.add("-Xmx4g");
    switch (this) {
      case LIBTORCH -> {
        options.add("-Dai.djl.offline=true");
        options.add("-DOPT_OUT_TRACKING=true");
        options.add("-DDJL_CACHE_DIR=" + nativeCache);
        options.add("-Dai.djl.pytorch.num_threads=" + threads);
        options.add("-Dai.djl.pytorch.num_interop_threads=1");
      }
      case ONNXRUNTIME -> {}
      case ONNXRUNTIME_MAP -> options.add("-D" + MAPPED + "=true");
      case DL4J -> {
        options.add("-Dorg.bytedeco.javacpp.cachedir=" + nativeCache.resolve("javacpp"));
        options.add("-Dorg.bytedeco.javacpp.platform.extension=-avx512");
      }
      case RTNEURAL ->
          throw new IllegalArgumentException("[benchmarks] RTNeural is a program of its own");
    }
    String paths = String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList());
    options.add("-cp");
    options.add(paths);
    return new Launch(label(), options, null, mainClass);
  }
}
