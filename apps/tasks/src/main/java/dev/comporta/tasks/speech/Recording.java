package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.training.data.Shuffle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Somebody says something.
 *
 * @param name what messages call it
 * @param speaker who speaks; empty if that is not known
 * @param take the number of the take; -1 if that is not known
 * @param text what is said, normalised
 * @param samples at the rate of the model
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
record Recording(String name, String speaker, int take, String text, float[] samples) {
  /** No recording may be longer. */
  static final int MOST_SECONDS = 120;

  /** The longest pause between two recordings that are joined, in seconds. */
  static final double LONGEST_PAUSE = 0.25;

  private static final int MOST_SAMPLES = 1 << 25;

  /**
   * Sound as a model reads it.
   *
   * @param samples at the rate of the model
   * @param note what was converted, or empty
   */
  record Sound(float[] samples, String note) {
    /** Averages channels and converts the sample rate. */
    static Sound of(WavFile file, int sampleRate, String name) {
      if (file.samples().length == 0) {
        throw new ComportaException(
            formatted("[speech] expected sound in %s but it has no samples; remove it", name));
      }
      long seconds = file.samples().length / file.sampleRate();
      long samples = (long) file.samples().length * sampleRate / file.sampleRate();
      if (seconds > MOST_SECONDS || samples > MOST_SAMPLES) {
        throw new ComportaException(
            formatted(
                "[speech] expected at most %d seconds and %,d samples at %,d Hz but %s has %,d seconds; split it",
                MOST_SECONDS, MOST_SAMPLES, sampleRate, name, seconds));
      }
      List<String> notes = new ArrayList<>();
      if (file.channels() > 1) {
        notes.add(formatted("%d channels averaged", file.channels()));
      }
      if (file.sampleRate() != sampleRate) {
        notes.add(formatted("%,d Hz converted to %,d Hz", file.sampleRate(), sampleRate));
      }
      return new Sound(
          Resampler.resample(file.samples(), file.sampleRate(), sampleRate),
          String.join(", ", notes));
    }
  }

  /**
   * Strings of recordings of the same speaker, with a pause of at most {@link #LONGEST_PAUSE}
   * without any sound between two; every recording is in one string.
   *
   * @param most recordings of a string; the number is drawn from 1 to this
   * @param sampleRate of the recordings
   */
  static List<Recording> joined(
      List<Recording> all, int most, int sampleRate, RandomSource random) {
    List<Recording> strings = new ArrayList<>();
    bySpeaker(all)
        .forEach((speaker, own) -> {
          RandomSource draws = random.stream(speaker);
          int[] order = Shuffle.order(own.size(), draws.stream("order"));
          for (int at = 0; at < order.length; ) {
            int end = Math.min(order.length, at + 1 + draws.stream("size").below(most, at));
            List<Recording> parts = new ArrayList<>();
            for (; at < end; at++) {
              parts.add(own.get(order[at]));
            }
            strings.add(join(parts, sampleRate, draws.stream(strings.size())));
          }
        });
    return strings;
  }

  /** The recordings of each speaker, in their order. */
  static Map<String, List<Recording>> bySpeaker(List<Recording> all) {
    Map<String, List<Recording>> speakers = new TreeMap<>();
    all.forEach(it -> speakers.computeIfAbsent(it.speaker(), _ -> new ArrayList<>()).add(it));
    return speakers;
  }

  /** A pause in seconds: none three times in ten, else any length up to the longest. */
  static double pause(RandomSource random, int place) {
    double u = (random.uniform(place) - 0.3) / 0.7;
    return Math.max(0, u) * LONGEST_PAUSE;
  }

  private static Recording join(List<Recording> parts, int sampleRate, RandomSource random) {
    int[] starts = new int[parts.size()];
    int length = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = length + (i == 0 ? 0 : (int) (pause(random, i) * sampleRate));
      length = starts[i] + parts.get(i).samples().length;
    }
    float[] samples = new float[length];
    for (int i = 0; i < starts.length; i++) {
      float[] own = parts.get(i).samples();
      System.arraycopy(own, 0, samples, starts[i], own.length);
    }
    Recording first = parts.getFirst();
    return new Recording(
        parts.size() == 1
            ? first.name()
            : formatted("%s and %d more", first.name(), starts.length - 1),
        first.speaker(),
        -1,
        String.join(" ", parts.stream().map(Recording::text).toList()),
        samples);
  }
}
