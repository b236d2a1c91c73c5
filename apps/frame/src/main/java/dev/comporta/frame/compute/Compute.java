package dev.comporta.frame.compute;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.tensor.WorkerPool;
import org.apiguardian.api.API;

/** What a job computes with: a backend, threads, and how cells are run. */
@API(status = API.Status.EXPERIMENTAL)
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
   * A runner of a model on this backend.
   *
   * @param model the model
   * @return a new runner
   */
  public ModelRunner runner(SequenceModel model) {
    return new ModelRunner(model, backend, pool, execution);
  }

  /**
   * How cells are run.
   *
   * @return by plan or by definition
   */
  public Execution execution() {
    return execution;
  }

  /**
   * The backend.
   *
   * @return stateless and shared
   */
  public TensorBackend backend() {
    return backend;
  }

  /**
   * The threads.
   *
   * @return they end with {@link #close}
   */
  public Workers workers() {
    return pool;
  }

  /**
   * What it computes with, in words.
   *
   * @return such as {@code simd, 512 bits with 2 threads}
   */
  public String description() {
    return "%s with %d %s"
        .formatted(
            backend.description(), pool.threads(), pool.threads() == 1 ? "thread" : "threads");
  }

  @Override
  public void close() {
    pool.close();
  }
}
