package dev.comporta.inference.compute;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.WorkerPool;

/**
 * What models compute with: a backend, threads, and how cells are run. Several models may share it,
 * and any number of threads may use it at once.
 */
public final class Compute implements AutoCloseable {
  private final TensorBackend backend;
  private final WorkerPool pool;
  private final Execution execution;

  Compute(TensorBackend backend, WorkerPool pool, Execution execution) {
    this.backend = backend;
    this.pool = pool;
    this.execution = execution;
  }

  /**
   * {@return a new runner of a model on this backend}
   *
   * @param model the model
   */
  public ModelRunner runner(SequenceModel model) {
    return new ModelRunner(model, backend, pool, execution);
  }

  /** {@return how cells are run, by plan or by definition} */
  public Execution execution() {
    return execution;
  }

  /** {@return the backend} */
  public TensorBackend backend() {
    return backend;
  }

  /** {@return the threads; they end with {@link #close}} */
  public Workers workers() {
    return pool;
  }

  /** {@return what it computes with, in words, such as {@code simd, 512 bits with 2 threads}} */
  public String description() {
    return formatted(
        "%s with %d %s",
        backend.description(), pool.threads(), pool.threads() == 1 ? "thread" : "threads");
  }

  @Override
  public void close() {
    pool.close();
  }
}
