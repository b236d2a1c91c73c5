package dev.comporta.benchmarks.peers;

import java.util.Arrays;

/**
 * The sorted times of one workload in one library.
 *
 * @param nanos the nanoseconds per execution of each sample, ascending; at least one sample
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Measurement(double[] nanos) {

  /** Sorts a copy. */
  public Measurement {
    nanos = nanos.clone();
    Arrays.sort(nanos);
    if (nanos.length == 0) {
      throw new IllegalArgumentException("[benchmarks] expected at least one time but got none");
    }
  }

  /** The shortest time, in microseconds. */
  public double minimumMicros() {
    return nanos[0] / 1e3;
  }

  /** The median time, in microseconds. */
  public double medianMicros() {
    return quantile(0.5) / 1e3;
  }

  /** Half the interquartile range, as a fraction of the median. */
  public double spread() {
    return (quantile(0.75) - quantile(0.25)) / 2 / quantile(0.5);
  }

  private double quantile(double q) {
    double position = q * (nanos.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, nanos.length - 1);
    double fraction = position - below;
    return nanos[below] * (1 - fraction) + nanos[above] * fraction;
  }
}
