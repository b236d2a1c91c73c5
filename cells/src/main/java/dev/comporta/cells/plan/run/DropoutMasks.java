package dev.comporta.cells.plan.run;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.tensor.Workers;

/** Samples dropout masks, in one place so that plan and definition use the same masks. */
public final class DropoutMasks {
  private static final int ELEMENTS_A_TASK = 16_384;

  private DropoutMasks() {}

  /**
   * Inverted dropout (Srivastava et al. 2014): 0 with probability {@code rate}, else {@code 1 / (1
   * - rate)}.
   *
   * @param mask the array to fill
   * @param offset the first index
   * @param count the number of elements
   * @param rate the probability of 0
   * @param random the mask's random stream
   * @param firstCounter the counter of the first element
   */
  public static void fill(
      float[] mask, int offset, int count, float rate, RandomSource random, long firstCounter) {
    float kept = 1 / (1 - rate);
    for (int i = 0; i < count; i++) {
      mask[offset + i] = random.uniform(firstCounter + i) < rate ? 0 : kept;
    }
  }

  /**
   * The same with several threads.
   *
   * @param mask the array to fill
   * @param offset the first index
   * @param count the number of elements
   * @param rate the probability of 0
   * @param random the mask's random stream
   * @param workers the threads that share the work
   */
  public static void fill(
      float[] mask, int offset, int count, float rate, RandomSource random, Workers workers) {
    int tasks = Math.ceilDiv(count, ELEMENTS_A_TASK);
    workers.run(
        tasks,
        task -> {
          int from = task * ELEMENTS_A_TASK;
          int some = Math.min(ELEMENTS_A_TASK, count - from);
          fill(mask, offset + from, some, rate, random, from);
        });
  }
}
