package dev.comporta.tasks.speech;

import java.util.Arrays;

/**
 * Sound at another sample rate: interpolation with a sinc function under a Hann window, whose
 * cut-off is half the lower of both rates (Smith and Gossett 1984, without a table).
 */
final class Resampler {
  static final int LOWEST = 1_000;
  static final int HIGHEST = 384_000;

  /** Zero crossings on each side. */
  private static final int CROSSINGS = 16;

  private Resampler() {}

  /**
   * Converts samples.
   *
   * @param from the samples per second, of those given
   * @param to the samples per second, of the result
   */
  static float[] resample(float[] samples, int from, int to) {
    if (from == to) {
      return samples;
    }
    float[] result = new float[Math.toIntExact((long) samples.length * to / from)];
    for (int i = 0; i < result.length; i++) {
      result[i] = sample(samples, 0, i, from, to);
    }
    return result;
  }

  /** Samples on each side of its middle that a result is computed from. */
  private static int reach(double cutoff) {
    return (int) Math.ceil(CROSSINGS / cutoff);
  }

  /**
   * A sample of the result.
   *
   * @param samples a part of those given
   * @param first the number of the first of them
   * @param number of the sample
   */
  private static float sample(float[] samples, long first, long number, int from, int to) {
    double cutoff = Math.min(1, (double) to / from);
    int reach = reach(cutoff);
    double center = (double) number * from / to;
    long middle = (long) center;
    double sum = 0;
    double gain = 0;
    for (long j = middle - reach; j <= middle + reach + 1; j++) {
      double x = (j - center) * cutoff;
      if (Math.abs(x) >= CROSSINGS) {
        continue;
      }
      double sinc = x == 0 ? 1 : StrictMath.sin(Math.PI * x) / (Math.PI * x);
      double weight = sinc * (0.5 + 0.5 * StrictMath.cos(Math.PI * x / CROSSINGS));
      gain += weight;
      if (j >= first && j < first + samples.length) {
        sum += weight * samples[(int) (j - first)];
      }
    }
    return (float) (sum / gain);
  }

  /** Samples that arrive in pieces; together they give what {@link #resample} does. */
  static final class Stream {
    private final int from;
    private final int to;
    private final int reach;
    private float[] kept = new float[0];
    private long first; // the number of the first sample that is kept
    private long given; // samples of the result

    Stream(int from, int to) {
      this.from = from;
      this.to = to;
      this.reach = reach(Math.min(1, (double) to / from));
    }

    /** Adds samples, and returns those of the result that no later ones change. */
    float[] add(float... samples) {
      if (from == to) {
        return samples;
      }
      kept = Arrays.copyOf(kept, kept.length + samples.length);
      System.arraycopy(samples, 0, kept, kept.length - samples.length, samples.length);
      long known = first + kept.length - reach - 2; // the last middle with all it reads
      float[] ready = results(known < 0 ? 0 : known * to / from);
      long needed = given * from / to - reach;
      if (needed > first) {
        kept = Arrays.copyOfRange(kept, (int) (needed - first), kept.length);
        first = needed;
      }
      return ready;
    }

    /** The rest of the result. */
    float[] end() {
      return from == to ? new float[0] : results((first + kept.length) * to / from);
    }

    private float[] results(long until) {
      float[] results = new float[(int) Math.max(0, until - given)];
      for (int i = 0; i < results.length; i++) {
        results[i] = sample(kept, first, given++, from, to);
      }
      return results;
    }
  }
}
