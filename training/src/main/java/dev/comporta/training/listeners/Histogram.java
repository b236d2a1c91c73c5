package dev.comporta.training.listeners;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts of values in TensorFlow's buckets, whose limits grow by a tenth from 1e-12 to 1e20 on both
 * sides of zero. The buckets are fixed so that histograms of different steps can be compared.
 *
 * @param limits the upper limit of each bucket
 * @param counts the values in each bucket
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then discarded
record Histogram(
    double min,
    double max,
    long count,
    double sum,
    double sumOfSquares,
    double[] limits,
    double[] counts) {
  private static final double[] LIMITS = allLimits();

  private static double[] allLimits() {
    List<Double> positive = new ArrayList<>();
    for (double v = 1e-12; v < 1e20; v *= 1.1) {
      positive.add(v);
    }
    double[] limits = new double[2 * positive.size() + 2];
    int n = positive.size();
    for (int i = 0; i < n; i++) {
      limits[i] = -positive.get(n - 1 - i);
      limits[n + 1 + i] = positive.get(i);
    }
    limits[limits.length - 1] = Double.MAX_VALUE;
    return limits;
  }

  /** Counts a range of values, all of them finite. */
  static Histogram of(String tag, float[] values, int from, int to) {
    double[] all = new double[LIMITS.length];
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    for (int i = from; i < to; i++) {
      double value = values[i];
      if (!Double.isFinite(value)) {
        throw new ComportaException(
            formatted(
                "[tensorboard] expected finite values in '%s' but value %d is %s",
                tag, i - from, value));
      }
      all[bucket(value)]++;
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      squares += value * value;
    }
    int first = 0;
    int last = to > from ? all.length - 1 : -1;
    while (first <= last && all[first] == 0) {
      first++;
    }
    while (last > first && all[last] == 0) {
      last--;
    }
    // An empty bucket in front gives the first non-empty one a lower limit.
    int start = Math.max(0, first - 1);
    return new Histogram(
        to > from ? min : 0,
        to > from ? max : 0,
        to - from,
        sum,
        squares,
        Arrays.copyOfRange(LIMITS, start, last + 1),
        Arrays.copyOfRange(all, start, last + 1));
  }

  /** The first bucket whose limit is not below the value. */
  private static int bucket(double value) {
    int found = Arrays.binarySearch(LIMITS, value == 0 ? 0 : value);
    return found >= 0 ? found : -found - 1;
  }
}
