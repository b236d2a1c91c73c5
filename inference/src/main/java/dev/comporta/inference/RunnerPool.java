package dev.comporta.inference;

import dev.comporta.cells.model.ModelRunner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Runners of one model. A runner is for one call at a time and has workspaces and packed weights of
 * its own, so that as many are kept as calls ran at the same time, up to the number of processors.
 * A call never waits for another one.
 */
final class RunnerPool {
  private static final int KEPT = Runtime.getRuntime().availableProcessors();

  private final Supplier<ModelRunner> create;
  private final Deque<ModelRunner> idle = new ArrayDeque<>();

  RunnerPool(Supplier<ModelRunner> create) {
    this.create = create;
  }

  /** A runner for the caller alone, until {@link #give}. */
  ModelRunner take() {
    ModelRunner runner;
    synchronized (idle) {
      runner = idle.poll();
    }
    return runner == null ? create.get() : runner;
  }

  /** Takes a runner back; the last one given is the first one taken, while its caches are warm. */
  void give(ModelRunner runner) {
    synchronized (idle) {
      if (idle.size() < KEPT) {
        idle.push(runner);
      }
    }
  }
}
