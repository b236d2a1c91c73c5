package dev.comporta.tasks.speech;

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
    double cutoff = Math.min(1, (double) to / from);
    int reach = (int) Math.ceil(CROSSINGS / cutoff);
    float[] result = new float[Math.toIntExact((long) samples.length * to / from)];
    for (int i = 0; i < result.length; i++) {
      double center = (double) i * from / to;
      int middle = (int) center;
      double sum = 0;
      double gain = 0;
      for (int j = middle - reach; j <= middle + reach + 1; j++) {
        double x = (j - center) * cutoff;
        if (Math.abs(x) >= CROSSINGS) {
          continue;
        }
        double sinc = x == 0 ? 1 : StrictMath.sin(Math.PI * x) / (Math.PI * x);
        double weight = sinc * (0.5 + 0.5 * StrictMath.cos(Math.PI * x / CROSSINGS));
        gain += weight;
        if (j >= 0 && j < samples.length) {
          sum += weight * samples[j];
        }
      }
      result[i] = (float) (sum / gain);
    }
    return result;
  }
}
