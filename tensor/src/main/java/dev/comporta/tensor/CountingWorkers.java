package dev.comporta.tensor;

import dev.comporta.api.tensor.Workers;
import java.util.function.IntConsumer;

/**
 * A number of threads that run nothing.
 *
 * @param threads how many would share the work
 */
record CountingWorkers(int threads) implements Workers {
  @Override
  public void run(int tasks, IntConsumer task) {}
}
