package dev.comporta.training.data;

import dev.comporta.api.InvalidOptionException;

/**
 * Truncated back-propagation through time over a sequence: every {@code k1} timesteps an update
 * from their losses, whose gradients flow back over {@code k2} timesteps. Window i counts the
 * timesteps {@code [i k1, (i + 1) k1)} and begins at {@code (i + 1) k1 - k2}, every window at the
 * first timestep if k2 reaches over all of them. Each timestep counts once; the last window is as
 * short as it needs to be. Source: Williams and Peng 1990, BPTT(h; h') with h = k2 and h' = k1.
 *
 * @param k1 how often
 * @param k2 how far back
 * @param timesteps of the sequence
 */
record Windows(int k1, int k2, long timesteps) {
  /** Refuses sizes that make no window. */
  static void require(int k1, int k2) {
    if (k1 < 1 || k2 < 1) {
      throw new InvalidOptionException(
          "[batches] expected k1 and k2 of 1 or more timesteps but got k1 = %d and k2 = %d"
              .formatted(k1, k2));
    }
    if (k1 > k2) {
      throw new InvalidOptionException(
          "[batches] expected k1 of at most k2 but got k1 = %d and k2 = %d: gradients that flow back %d timesteps would miss %d of every %d"
              .formatted(k1, k2, k2, k1 - k2, k1));
    }
  }

  int count() {
    return Math.toIntExact(Math.ceilDiv(timesteps, k1));
  }

  /** The first timestep. */
  long start(int index) {
    return k2 >= timesteps ? 0 : Math.max(0, (index + 1L) * k1 - k2);
  }

  /** One past the last timestep. */
  long end(int index) {
    return Math.min(timesteps, (index + 1L) * k1);
  }

  /** The timesteps that lead up to those that count. */
  int context(int index) {
    return (int) ((long) index * k1 - start(index));
  }

  /** Whether the next window begins before the end of this one. */
  boolean overlapsNext(int index) {
    return index < count() - 1 && start(index + 1) < end(index);
  }
}
