package dev.comporta.api.tensor;

import java.util.function.IntConsumer;
import org.apiguardian.api.API;

/**
 * A group of threads that share work. The division of work into tasks never depends on the number
 * of threads, so results have the same bits for any number of threads.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Workers {
  /** Runs all tasks on the caller's thread. */
  Workers ALONE =
      new Workers() {
        @Override
        public int threads() {
          return 1;
        }

        @Override
        public void run(int tasks, IntConsumer task) {
          for (int i = 0; i < tasks; i++) {
            task.accept(i);
          }
        }
      };

  /**
   * The number of threads, including the caller's.
   *
   * @return 1 or more
   */
  int threads();

  /**
   * Runs the tasks {@code 0 .. tasks-1}, each once, in any order and on any of the threads, and
   * returns when all have finished. A nested call from inside a task runs on the caller's thread
   * only.
   *
   * @param tasks the number of tasks
   * @param task the task for each number; its first exception is rethrown
   */
  void run(int tasks, IntConsumer task);
}
