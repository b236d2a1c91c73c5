package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.Locale;

/**
 * The letters of nucleotide sequences (IUPAC-IUB 1984) as features: for each of the bases A, C, G
 * and T, the probability that it stands at a position. R is A or G, N is any base; U is read as T.
 * Two more features encode the position: its distance d from the middle, as tanh(d / 10) and as
 * exp(-(d / 5)^2), because such sequences are cut out around the site in question.
 */
final class Bases {
  /** Features per position. */
  static final int SIZE = 6;

  private static final int BASES = 4;
  private static final double FAR = 10;
  private static final double NEAR = 5;

  private static final String LETTERS = "ACGTURYSWKMBDHVN";

  /** The bases that each letter stands for: bit 0 is A, bit 3 is T. */
  private static final int[] SETS = {1, 2, 4, 8, 8, 5, 10, 6, 9, 12, 3, 14, 13, 11, 7, 15};

  private Bases() {}

  /**
   * The features of a sequence.
   *
   * @param sequence one letter or more, in either case
   * @param place where it was read, for messages
   * @return {@code [T, 6]}
   * @throws ComportaException if it is empty or a letter stands for no base
   */
  static float[] features(String sequence, String place) {
    String letters = sequence.strip().toUpperCase(Locale.ROOT);
    if (letters.isEmpty()) {
      throw new ComportaException(
          formatted("[dna] expected a sequence of bases in %s but it is empty", place));
    }
    float[] features = new float[letters.length() * SIZE];
    for (int t = 0; t < letters.length(); t++) {
      int letter = LETTERS.indexOf(letters.charAt(t));
      if (letter < 0) {
        throw new ComportaException(
            formatted(
                "[dna] expected letters for bases, such as A, C, G, T or N, but letter %d of the sequence in %s is '%s'",
                t + 1, place, sequence.strip().substring(t, t + 1)));
      }
      for (int base = 0; base < BASES; base++) {
        if ((SETS[letter] >> base & 1) == 1) {
          features[t * SIZE + base] = 1f / Integer.bitCount(SETS[letter]);
        }
      }
      double distance = t - (letters.length() - 1) / 2.0;
      features[t * SIZE + BASES] = (float) StrictMath.tanh(distance / FAR);
      features[t * SIZE + BASES + 1] = (float) StrictMath.exp(-distance * distance / (NEAR * NEAR));
    }
    return features;
  }
}
