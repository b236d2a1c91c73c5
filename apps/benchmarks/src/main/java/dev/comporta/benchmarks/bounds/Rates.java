package dev.comporta.benchmarks.bounds;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.DoubleAdder;

/** Measures how often per second kernels run, on as many threads at once. */
public final class Rates {
  /** The length of a window: short, so that in some of them no other process ran. */
  private static final long WINDOW_NANOS = 2_000_000;

  /** Windows of which the best counts. */
  private static final int WINDOWS = 6;

  /** A kernel is warm when as many windows in a row brought no gain, after a least time. */
  private static final int WINDOWS_WITHOUT_GAIN = 10;

  private static final long LEAST_WARM_UP_NANOS = 300_000_000;
  private static final long MOST_WARM_UP_NANOS = 10_000_000_000L;

  /** The ratio of rates from which a window counts as a gain. */
  private static final double GAIN = 1.02;

  /** Results of kernels, so that no compiler leaves them out. */
  private static final DoubleAdder KEPT = new DoubleAdder();

  private Rates() {}

  /**
   * Uses a result.
   *
   * @param result what a kernel returned
   */
  public static void keep(float result) {
    KEPT.add(result);
  }

  /**
   * Runs a kernel until the JVM has compiled it.
   *
   * @param kernel the kernel
   */
  public static void warmUp(Runnable kernel) {
    long start = System.nanoTime();
    double best = 0;
    int withoutGain = 0;
    long taken = 0;
    while (taken < LEAST_WARM_UP_NANOS
        || (withoutGain < WINDOWS_WITHOUT_GAIN && taken < MOST_WARM_UP_NANOS)) {
      double rate = runsPerNano(List.of(kernel));
      withoutGain = rate > GAIN * best ? 0 : withoutGain + 1;
      best = Math.max(best, rate);
      taken = System.nanoTime() - start;
    }
  }

  /**
   * The work of all kernels per nanosecond, in the best window.
   *
   * @param kernels one for each thread
   * @param work what one run of one kernel does, in any unit
   * @return the rate
   */
  public static double of(List<Runnable> kernels, double work) {
    double best = 0;
    for (int window = 0; window < WINDOWS; window++) {
      best = Math.max(best, work * runsPerNano(kernels));
    }
    return best;
  }

  private static double runsPerNano(List<Runnable> kernels) {
    DoubleAdder sum = new DoubleAdder();
    CountDownLatch ready = new CountDownLatch(kernels.size());
    List<Thread> threads = new ArrayList<>();
    for (Runnable kernel : kernels) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                ready.countDown();
                while (ready.getCount() > 0) {
                  Thread.onSpinWait();
                }
                long runs = 0;
                long start = System.nanoTime();
                long now = start;
                while (now - start < WINDOW_NANOS) {
                  kernel.run();
                  runs++;
                  now = System.nanoTime();
                }
                sum.add((double) runs / (now - start));
              }));
    }
    for (Thread thread : threads) {
      join(thread);
    }
    return sum.sum();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("[benchmarks] interrupted while bounds were measured", e);
    }
  }
}
