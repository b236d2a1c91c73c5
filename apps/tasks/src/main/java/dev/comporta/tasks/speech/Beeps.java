package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.RandomSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Generated recordings: words that are tones, said by voices that differ in pitch and pace, with
 * noise. A low and a high tone, one that rises and one that falls, two in turn, and a hiss.
 */
final class Beeps {
  static final int SAMPLE_RATE = 8_000;
  private static final List<String> WORDS = List.of("low", "high", "up", "down", "ring", "hush");
  private static final List<String> VOICES = List.of("bass", "tenor", "alto", "treble");
  private static final double[] PITCHES = {0.8, 0.95, 1.1, 1.3};
  private static final double[] PACES = {1.15, 0.9, 1.05, 0.8};
  private static final int MOST_WORDS = 4;

  private Beeps() {}

  /** Phrases of one to four words, with the voices in turn. */
  static List<Recording> generate(int count, RandomSource random) {
    List<Recording> phrases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      phrases.add(phrase(i, random.stream(i)));
    }
    return phrases;
  }

  private static Recording phrase(int number, RandomSource random) {
    int voice = number % VOICES.size();
    int words = 1 + random.below(MOST_WORDS, 0);
    List<String> said = new ArrayList<>();
    List<float[]> parts = new ArrayList<>();
    parts.add(new float[samples(0.02 + 0.06 * random.uniform(1))]);
    for (int i = 0; i < words; i++) {
      RandomSource own = random.stream(i);
      int word = own.below(WORDS.size(), 0);
      said.add(WORDS.get(word));
      parts.add(tone(word, PITCHES[voice], PACES[voice], own));
      parts.add(new float[samples(0.04 + 0.08 * own.uniform(1))]);
    }
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    RandomSource noise = random.stream("noise");
    for (int i = 0; i < all.length; i++) {
      all[i] += (float) (0.01 * noise.normal(i));
    }
    return new Recording(
        formatted("phrase %d", number + 1),
        VOICES.get(voice),
        number / VOICES.size(),
        String.join(" ", said),
        all);
  }

  private static int samples(double seconds) {
    return (int) (seconds * SAMPLE_RATE);
  }

  private static float[] tone(int word, double pitch, double pace, RandomSource random) {
    int length = samples(pace * (0.14 + 0.06 * random.uniform(2)));
    double tuned = pitch * (0.95 + 0.1 * random.uniform(3));
    double loud = 0.1 + 0.2 * random.uniform(4);
    RandomSource hiss = random.stream("hiss");
    float[] samples = new float[length];
    double phase = 0;
    for (int i = 0; i < length; i++) {
      double share = (double) i / length;
      double hertz =
          switch (word) {
            case 0 -> 250;
            case 1 -> 1_400;
            case 2 -> 350 + 900 * share;
            case 3 -> 1_250 - 900 * share;
            default -> (int) (6 * share) % 2 == 0 ? 500 : 900;
          };
      phase += 2 * Math.PI * hertz * tuned / SAMPLE_RATE;
      double wave = word == 5 ? 0.5 * hiss.normal(i) : StrictMath.sin(phase);
      double fade = Math.min(1, 10 * Math.min(share, 1 - share));
      samples[i] = (float) (loud * fade * wave);
    }
    return samples;
  }
}
