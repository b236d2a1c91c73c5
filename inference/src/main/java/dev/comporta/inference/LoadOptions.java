package dev.comporta.inference;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.cells.model.Execution;
import dev.comporta.inference.compute.ComputeFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a model is loaded and what it computes with.
 *
 * @param catalog where layers, cells and backends are found
 * @param backend the name of a backend, such as {@code simd} or {@code reference}; by default the
 *     fastest that runs here
 * @param threads how many threads share the work of one answer, 1 to 1024; by default all
 *     processors. Answers have the same bits for any number. A service that answers many requests
 *     at once, or whose model is small, is best off with 1: other calls run on their own threads
 * @param execution whether cells run by plan, the default, or by definition
 * @param architecture a JSON file with the layers, for files of other tools that hold weights only;
 *     null by default
 */
public record LoadOptions(
    Catalog catalog,
    String backend,
    int threads,
    Execution execution,
    @Nullable Path architecture) {
  /** {@return the defaults, with the catalog of all installed providers} */
  public static LoadOptions defaults() {
    return of(Catalog.load());
  }

  /**
   * {@return the defaults with another catalog}
   *
   * @param catalog where layers, cells and backends are found
   */
  public static LoadOptions of(Catalog catalog) {
    return new LoadOptions(
        catalog, ComputeFactory.PREFERRED, ComputeFactory.defaultThreads(), Execution.PLAN, null);
  }

  /**
   * {@return these options with another backend}
   *
   * @param name the name of a backend
   */
  public LoadOptions withBackend(String name) {
    return new LoadOptions(catalog, name, threads, execution, architecture);
  }

  /**
   * {@return these options with another number of threads}
   *
   * @param count 1 to 1024
   */
  public LoadOptions withThreads(int count) {
    return new LoadOptions(catalog, backend, count, execution, architecture);
  }

  /**
   * {@return these options with another way to run cells}
   *
   * @param how by plan or by definition
   */
  public LoadOptions withExecution(Execution how) {
    return new LoadOptions(catalog, backend, threads, how, architecture);
  }

  /**
   * {@return these options with the layers of a file that holds weights only}
   *
   * @param json Keras' JSON of a model, or a list of layers for the arrays of other tools
   */
  public LoadOptions withArchitecture(Path json) {
    return new LoadOptions(catalog, backend, threads, execution, json);
  }
}
