package dev.comporta.cells.model;

import dev.comporta.api.tensor.RandomSource;

/** The one place where dropout masks are drawn, so that plan and definition draw the same. */
final class DropoutMasks {
  private DropoutMasks() {}

  /**
   * Inverted dropout (Srivastava et al. 2014): 0 with probability {@code rate}, else {@code 1 / (1
   * - rate)}.
   */
  static void fill(
      float[] mask, int offset, int count, float rate, RandomSource random, long firstCounter) {
    float kept = 1 / (1 - rate);
    for (int i = 0; i < count; i++) {
      mask[offset + i] = random.uniform(firstCounter + i) < rate ? 0 : kept;
    }
  }
}
