package dev.comporta.onnx;

import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxValue;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apiguardian.api.API;

/**
 * Another runtime of ONNX files, such as ONNX Runtime, which exports are compared with. Engines are
 * services: a module that has one provides this interface. This module has none, and needs no
 * native library.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface OnnxEngine {
  /**
   * The engines of all modules, also of those that cannot run here.
   *
   * @return in the order of their names
   */
  static List<OnnxEngine> installed() {
    return ServiceLoader.load(OnnxEngine.class, OnnxEngine.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(OnnxEngine::name))
        .toList();
  }

  /**
   * The name of the engine.
   *
   * @return for example {@code ONNX Runtime}
   */
  String name();

  /**
   * Why the engine cannot run here.
   *
   * @return a reason with what to do; empty if it can run
   */
  Optional<String> obstacle();

  /**
   * Opens a file.
   *
   * @param file an ONNX file
   * @return the graph, to be closed
   * @throws OnnxException if the engine cannot run here, or does not load the file
   */
  Graph open(Path file);

  /** A graph that the engine has loaded; for one thread at a time. */
  interface Graph extends AutoCloseable {
    /**
     * The engine and its version.
     *
     * @return for example {@code ONNX Runtime 1.29.0}
     */
    String version();

    /**
     * Runs the graph.
     *
     * @param inputs the inputs by name
     * @return the outputs by name
     * @throws OnnxException if the engine refuses the inputs
     */
    Map<String, OnnxValue> run(Map<String, ? extends OnnxValue> inputs);

    /** Releases what the engine holds. */
    @Override
    void close();
  }
}
