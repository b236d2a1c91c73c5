package dev.comporta.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  @Test
  void everyTaskRunsOnceForAnyNumberOfTasks() {
    for (int threads = 1; threads <= 4; threads++) {
      try (WorkerPool workers = new WorkerPool(threads)) {
        for (int round = 0; round < 3_000; round++) {
          int tasks = round % 9;
          AtomicIntegerArray runs = new AtomicIntegerArray(9);
          workers.run(tasks, runs::incrementAndGet);
          for (int i = 0; i < 9; i++) {
            assertThat(runs.get(i)).isEqualTo(i < tasks ? 1 : 0);
          }
        }
      }
    }
  }

  @Test
  void parkedWorkersWakeUp() throws InterruptedException {
    try (WorkerPool workers = new WorkerPool(2)) {
      for (int round = 0; round < 20; round++) {
        Thread.sleep(1);
        meet(workers);
      }
    }
  }

  /** Two tasks that wait for each other, which finish only if two threads run concurrently. */
  private static void meet(WorkerPool workers) {
    CountDownLatch both = new CountDownLatch(2);
    workers.run(
        2,
        i -> {
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(both.getCount()).isZero();
  }

  @Test
  void nestedWorkRunsInline() {
    try (WorkerPool workers = new WorkerPool(3)) {
      AtomicInteger inner = new AtomicInteger();
      workers.run(
          6,
          i -> {
            Thread outer = Thread.currentThread();
            workers.run(
                5,
                j -> {
                  assertThat(Thread.currentThread()).isSameAs(outer);
                  inner.incrementAndGet();
                });
          });
      assertThat(inner).hasValue(30);
    }
  }

  @Test
  void callersOnManyThreadsDoNotDisturbEachOther() throws InterruptedException {
    try (WorkerPool workers = new WorkerPool(2)) {
      AtomicInteger done = new AtomicInteger();
      Thread[] callers = new Thread[4];
      for (int t = 0; t < callers.length; t++) {
        callers[t] =
            new Thread(() -> {
              for (int round = 0; round < 2_000; round++) {
                workers.run(3, i -> done.incrementAndGet());
              }
            });
        callers[t].start();
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(done).hasValue(4 * 2_000 * 3);
    }
  }

  @Test
  void aTaskExceptionIsRethrownAfterAllTasks() {
    try (WorkerPool workers = new WorkerPool(2)) {
      AtomicInteger done = new AtomicInteger();
      assertThatThrownBy(() ->
              workers.run(
                  4,
                  i -> {
                    done.incrementAndGet();
                    if (i == 2) {
                      throw new IllegalStateException("task 2");
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("task 2");
      assertThat(done).hasValue(4);
      workers.run(4, i -> done.incrementAndGet());
      assertThat(done).hasValue(8);
    }
  }

  @Test
  void anIdlePoolDoesNotRetainItsLastTask() throws InterruptedException {
    try (WorkerPool workers = new WorkerPool(2)) {
      WeakReference<AtomicIntegerArray> used = work(workers);
      for (int i = 0; i < 100 && used.get() != null; i++) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(used.get()).isNull();
    }
  }

  private static WeakReference<AtomicIntegerArray> work(WorkerPool workers) {
    AtomicIntegerArray runs = new AtomicIntegerArray(4);
    workers.run(4, runs::incrementAndGet);
    return new WeakReference<>(runs);
  }

  @Test
  void aClosedPoolRejectsWork() {
    WorkerPool workers = new WorkerPool(2);
    workers.close();
    workers.close();
    assertThatThrownBy(() -> workers.run(2, i -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("[workers] this pool is closed. Run all work before closing it.");
  }

  @Test
  void fewerThanOneThreadIsRejected() {
    assertThatThrownBy(() -> new WorkerPool(0))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[workers] expected at least 1 thread but got 0");
  }
}
