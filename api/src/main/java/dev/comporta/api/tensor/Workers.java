package dev.comporta.api.tensor;

import java.util.function.IntConsumer;
import org.apiguardian.api.API;

/**
 * Threads that share one piece of work. How work is cut into tasks never depends on the number of
 * threads, so results are the same bits for any number.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Workers {
  /** The caller's thread alone. */
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
   * The number of threads that take part, the caller's included.
   *
   * @return 1 or more
   */
  int threads();

  /**
   * Runs the tasks {@code 0 .. tasks-1}, each once, in any order and on any of the threads, and
   * returns when all are done. Called from inside a task, it runs on the caller's thread alone.
   *
   * @param tasks how many
   * @param task the work; its first exception is rethrown here
   */
  void run(int tasks, IntConsumer task);
}
