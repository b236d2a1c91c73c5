package dev.comporta.cells.plan;

import dev.comporta.api.tensor.RandomSource;

/** The one place where dropout masks are drawn, so that plan and definition draw the same. */
public final class DropoutMasks {
  private DropoutMasks() {}

  /**
   * Inverted dropout (Srivastava et al. 2014): 0 with probability {@code rate}, else {@code 1 / (1
   * - rate)}.
   *
   * @param mask where to
   * @param offset the first element
   * @param count how many
   * @param rate the probability of 0
   * @param random the mask's stream
   * @param firstCounter the counter of the first element
   */
  public static void fill(
      float[] mask, int offset, int count, float rate, RandomSource random, long firstCounter) {
    float kept = 1 / (1 - rate);
    for (int i = 0; i < count; i++) {
      mask[offset + i] = random.uniform(firstCounter + i) < rate ? 0 : kept;
    }
  }
}
