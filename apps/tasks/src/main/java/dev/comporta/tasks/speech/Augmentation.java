package dev.comporta.tasks.speech;

import dev.comporta.api.tensor.RandomSource;

/**
 * Random changes of log-mel features, so that a model learns what they have in common: loudness,
 * pace, the length of the vocal tract (Jaitly and Hinton 2013), and masks over a few bands and
 * frames (Park et al. 2019, <i>SpecAugment</i>).
 */
final class Augmentation {
  /** The largest change of loudness, in nats of energy. */
  private static final double LOUDNESS = 1.5;

  private static final double PACE = 0.15;
  private static final double TRACT = 0.1;
  private static final double MASKED_BANDS = 0.15;
  private static final double MASKED_FRAMES = 0.1;

  private Augmentation() {}

  private static double between(double least, double most, RandomSource random, int place) {
    return least + (most - least) * random.uniform(place);
  }

  /**
   * Features that are louder or softer, faster or slower, of a longer or shorter vocal tract.
   *
   * @param raw {@code [frames, bands]}, not standardised
   * @param least frames that must remain
   */
  static float[] changed(float[] raw, int bands, int least, RandomSource random) {
    int frames = raw.length / bands;
    double loudness = between(-LOUDNESS, LOUDNESS, random, 0);
    double pace = between(1 - PACE, 1 + PACE, random, 1);
    double tract = between(1 - TRACT, 1 + TRACT, random, 2);
    int length = Math.max(Math.max(1, least), (int) Math.round(frames * pace));
    float[] changed = new float[length * bands];
    for (int t = 0; t < length; t++) {
      double from = Math.clamp((t + 0.5) * frames / length - 0.5, 0, frames - 1);
      int before = (int) from;
      int after = Math.min(frames - 1, before + 1);
      double share = from - before;
      for (int band = 0; band < bands; band++) {
        double other = Math.min(bands - 1, band * tract);
        changed[t * bands + band] =
            (float)
                (loudness
                    + (1 - share) * at(raw, before * bands, other, bands)
                    + share * at(raw, after * bands, other, bands));
      }
    }
    return changed;
  }

  private static double at(float[] raw, int frame, double band, int bands) {
    int below = (int) band;
    int above = Math.min(bands - 1, below + 1);
    return raw[frame + below] + (band - below) * (raw[frame + above] - raw[frame + below]);
  }

  /** Sets a few adjacent bands, and a few adjacent frames, to their mean, which is 0. */
  static void mask(float[] scaled, int bands, RandomSource random) {
    int frames = scaled.length / bands;
    int high = random.below((int) (MASKED_BANDS * bands) + 1, 0);
    int lowest = random.below(bands - high + 1, 1);
    int wide = random.below((int) (MASKED_FRAMES * frames) + 1, 2);
    int first = random.below(frames - wide + 1, 3);
    for (int t = 0; t < frames; t++) {
      for (int band = 0; band < bands; band++) {
        if ((band >= lowest && band < lowest + high) || (t >= first && t < first + wide)) {
          scaled[t * bands + band] = 0;
        }
      }
    }
  }
}
