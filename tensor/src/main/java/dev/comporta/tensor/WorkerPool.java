package dev.comporta.tensor;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A fixed thread pool for tasks of a few microseconds: idle workers spin briefly before they park,
 * so that a sequence of small products does not pay for a wake-up each.
 *
 * <p>One job runs at a time. A {@link #run} from inside a task, or while another thread's job is
 * running, executes its tasks on the calling thread: a busy pool never blocks a caller, and results
 * do not depend on it. Workers are daemon threads.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class WorkerPool implements Workers, AutoCloseable {
  /**
   * How long an idle thread spins before it parks: longer than the sequential sections of a small
   * training step, because waking a thread takes tens of microseconds.
   */
  private static final long SPIN_NANOS = 200_000;

  /** Spins between two reads of the clock. */
  private static final int SPINS_PER_LOOK = 32;

  private static final long REMAINING = 0xffff_ffffL;

  private final List<Worker> workers = new ArrayList<>();

  /**
   * The job number (high half) and the number of tasks not yet claimed (low half). A thread claims
   * a task by decrementing it; the job number prevents a worker that was suspended between reading
   * and swapping from claiming a task of a later job.
   */
  private final AtomicLong open = new AtomicLong();

  /** Tasks not yet finished. */
  private final AtomicInteger unfinished = new AtomicInteger();

  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean closed;

  /** The thread that is parked until the last task finishes. */
  private volatile @Nullable Thread waiting;

  /** Published by the write to {@link #open}; stable until {@link #unfinished} is 0. */
  private IntConsumer job = WorkerPool::nothing;

  /**
   * Creates a pool and starts its threads.
   *
   * @param threads the number of threads including the calling thread; 1 starts no thread
   * @throws ComportaException if less than 1
   */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new ComportaException("[workers] expected at least 1 thread but got " + threads);
    }
    for (int i = 1; i < threads; i++) {
      Worker worker = new Worker("comporta-worker-" + i);
      workers.add(worker);
      worker.start();
    }
  }

  @Override
  public int threads() {
    return workers.size() + 1;
  }

  @Override
  public void run(int tasks, IntConsumer task) {
    if (closed) {
      throw new IllegalStateException(
          "[workers] this pool is closed. Run all work before closing it.");
    }
    if (tasks <= 1 || workers.isEmpty() || !busy.compareAndSet(false, true)) {
      for (int i = 0; i < tasks; i++) {
        task.accept(i);
      }
      return;
    }
    try {
      job = task;
      unfinished.set(tasks);
      open.set(((open.get() >>> 32) + 1) << 32 | tasks);
      wake(tasks - 1);
      takeTasks();
      awaitLastTask();
      Throwable thrown = failure.getAndSet(null);
      if (thrown != null) {
        throw unchecked(thrown);
      }
    } finally {
      job =
          WorkerPool
              ::nothing; // otherwise an idle pool would retain everything its last task refers to
      busy.set(false);
    }
  }

  private static void nothing(int task) {}

  private void wake(int most) {
    int count = Math.min(most, workers.size());
    for (int i = 0; i < count; i++) {
      Worker worker = workers.get(i);
      if (worker.parked) {
        LockSupport.unpark(worker);
      }
    }
  }

  private void takeTasks() {
    long seen = open.get();
    while ((seen & REMAINING) != 0) {
      if (open.compareAndSet(seen, seen - 1)) {
        runTask((int) (seen & REMAINING) - 1);
      }
      seen = open.get();
    }
  }

  private void runTask(int number) {
    try {
      job.accept(number);
    } catch (Throwable thrown) {
      if (!failure.compareAndSet(null, thrown)) {
        Throwable first = failure.get();
        if (first != null && first != thrown) {
          first.addSuppressed(thrown);
        }
      }
    } finally {
      if (unfinished.decrementAndGet() == 0) {
        Thread waiter = waiting;
        if (waiter != null) {
          LockSupport.unpark(waiter);
        }
      }
    }
  }

  private void awaitLastTask() {
    long start = System.nanoTime();
    while (unfinished.get() != 0) {
      for (int i = 0; i < SPINS_PER_LOOK && unfinished.get() != 0; i++) {
        Thread.onSpinWait();
      }
      if (unfinished.get() != 0 && System.nanoTime() - start > SPIN_NANOS) {
        waiting = Thread.currentThread();
        while (unfinished.get() != 0) {
          LockSupport.park(this);
        }
        waiting = null;
      }
    }
  }

  /** Stops the workers after the running job. A closed pool cannot be reopened. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
    boolean interrupted = false;
    for (Worker worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Converts an exception thrown by a task; tasks declare no checked exceptions. */
  private static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException exception
        ? exception
        : new IllegalStateException("a task threw a checked exception", thrown);
  }

  private final class Worker extends Thread {
    volatile boolean parked;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!closed) {
        takeTasks();
        long start = System.nanoTime();
        while (nothingToDo() && System.nanoTime() - start < SPIN_NANOS) {
          for (int i = 0; i < SPINS_PER_LOOK && nothingToDo(); i++) {
            Thread.onSpinWait();
          }
        }
        if (nothingToDo()) {
          parked = true;
          while (nothingToDo()) {
            LockSupport.park(WorkerPool.this);
          }
          parked = false;
        }
      }
    }

    private boolean nothingToDo() {
      return (open.get() & REMAINING) == 0 && !closed;
    }
  }
}
