package dev.comporta.training;

import java.util.Arrays;

/** The losses of the most recent updates, at most {@link Trainer#RECENT}. */
final class RecentLosses {
  private final double[] ring = new double[Trainer.RECENT];
  private long count;

  void add(double loss) {
    ring[(int) (count % ring.length)] = loss;
    count++;
  }

  /** Oldest first. */
  double[] values() {
    int held = (int) Math.min(count, ring.length);
    double[] losses = new double[held];
    for (int i = 0; i < held; i++) {
      losses[i] = ring[(int) ((count - held + i) % ring.length)];
    }
    return losses;
  }

  void restore(double[] losses) {
    count = 0;
    for (double loss : losses) {
      add(loss);
    }
  }

  double mean() {
    return Arrays.stream(values()).average().orElse(Double.NaN);
  }
}
