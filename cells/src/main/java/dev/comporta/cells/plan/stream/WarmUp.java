package dev.comporta.cells.plan.stream;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs timesteps that belong to no stream until the JVM has compiled what they need.
 *
 * <p>Until then, every operation on a vector allocates, and the compiler asks for thousands of
 * calls of a kernel before it begins. That many whole timesteps would allocate hundreds of
 * megabytes. Therefore most of the calls have nothing to compute: no elements, or no terms of a
 * sum. Whole timesteps between them give the compiler's profile the usual branches, and pauses give
 * it time, because it postpones methods while many others wait.
 */
final class WarmUp {
  /** Calls of each kernel without work for each timestep. */
  private static final int EMPTY_CALLS = 110;

  /** Timesteps after which every kernel was called as often as HotSpot asks, and some more. */
  private static final int ROUNDS = 70;

  private static final long SHORTEST_PAUSE = 3_000_000;
  private static final long LONGEST_PAUSE = 80_000_000;

  /** How long no timestep is faster than before, once the compiler is taken to be done. */
  private static final long QUIET = 800_000_000;

  /**
   * The same while timesteps are not much faster than at the start, as if nothing were compiled.
   */
  private static final long LONG_QUIET = 2_500_000_000L;

  /** The least factor by which timesteps become faster once their kernels are compiled. */
  private static final int MUCH = 8;

  /** Timesteps that measure the speed at the start, once classes are loaded. */
  private static final int FIRST = 40;

  /** The time of a batch of timesteps at the end. */
  private static final long BATCH = 500_000;

  /** Batches in a row without improvement that end the warm-up. */
  private static final int SAME = 50;

  private final long end;
  private long best = Long.MAX_VALUE;

  private WarmUp(long nanos) {
    this.end = System.nanoTime() + nanos;
  }

  /**
   * Warms up until timesteps are no longer getting faster, or for some nanoseconds.
   *
   * @param step a timestep as callers run it
   */
  static void run(StreamPlan plan, Runnable step, long nanos) {
    WarmUp it = new WarmUp(nanos);
    StreamScratch scratch = plan.pool().take();
    try {
      it.callKernels(scratch, step(plan, scratch));
    } finally {
      scratch.giveBack();
    }
    it.settle(step);
  }

  /** A timestep that repeats itself from the initial state. */
  private static Runnable step(StreamPlan plan, StreamScratch scratch) {
    float[] input = new float[plan.inputSize()];
    float[] output = new float[plan.outputSize()];
    float[] initial = plan.initial();
    Arrays.fill(input, 0.25f);
    return () -> {
      System.arraycopy(initial, 0, scratch.states(), 0, initial.length);
      scratch.step(0, 0, 1, input, 0, output, 0);
    };
  }

  private boolean isTime() {
    return System.nanoTime() < end && !Thread.currentThread().isInterrupted();
  }

  private void callKernels(StreamScratch scratch, Runnable step) {
    long pause = SHORTEST_PAUSE;
    long bestAt = System.nanoTime();
    long first = Long.MAX_VALUE;
    for (int round = 0; isTime(); round++) {
      if (isFaster(step, 1)) {
        bestAt = System.nanoTime();
      }
      if (round < FIRST) {
        first = best;
      }
      if (round > ROUNDS) {
        pause = Math.min(LONGEST_PAUSE, pause + pause / 16);
        if (System.nanoTime() - bestAt > (best < first / MUCH ? QUIET : LONG_QUIET)) {
          return;
        }
      }
      for (int i = 0; i < EMPTY_CALLS; i++) {
        for (LayerStream layer : scratch.layers()) {
          layer.touch(i % 4 == 0);
        }
      }
      LockSupport.parkNanos(pause);
    }
  }

  /** Compiles what surrounds the kernels. */
  private void settle(Runnable step) {
    int same = 0;
    best = Long.MAX_VALUE;
    while (isTime() && same < SAME) {
      LockSupport.parkNanos(SHORTEST_PAUSE);
      same = isFaster(step, Math.clamp(BATCH / Math.max(1, best), 1, 5_000)) ? 0 : same + 1;
    }
  }

  private boolean isFaster(Runnable step, int steps) {
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      step.run();
    }
    long time = (System.nanoTime() - start) / steps;
    boolean faster = time < best - best / 10;
    best = Math.min(best, time);
    return faster;
  }
}
