package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;

/**
 * The windows of truncated back-propagation through time over a sequence: an update every {@code
 * k1} timesteps from their losses, whose gradients flow back over {@code k2} timesteps. The loss of
 * window i covers the timesteps {@code [i k1, (i + 1) k1)}; the window begins at {@code (i + 1) k1
 * - k2}, or at the first timestep if k2 covers the whole sequence. Each timestep contributes to one
 * loss; the last window may be shorter. Source: Williams and Peng 1990, BPTT(h; h') with h = k2 and
 * h' = k1.
 *
 * @param k1 the number of timesteps between updates
 * @param k2 the number of timesteps that gradients flow back
 * @param timesteps the length of the sequence
 */
record Windows(int k1, int k2, long timesteps) {
  /** Rejects sizes that do not form windows. */
  static void require(int k1, int k2) {
    if (k1 < 1 || k2 < 1) {
      throw new InvalidOptionException(
          formatted(
              "[batches] expected k1 and k2 of 1 or more timesteps but got k1 = %d and k2 = %d",
              k1, k2));
    }
    if (k1 > k2) {
      throw new InvalidOptionException(
          formatted(
              "[batches] expected k1 of at most k2 but got k1 = %d and k2 = %d; gradients that flow back %d timesteps would miss %d of every %d",
              k1, k2, k2, k1 - k2, k1));
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

  /** The number of timesteps before those that contribute to the loss. */
  int context(int index) {
    return (int) ((long) index * k1 - start(index));
  }

  /** Whether the next window begins before the end of this one. */
  boolean overlapsNext(int index) {
    return index < count() - 1 && start(index + 1) < end(index);
  }
}
