package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;

/**
 * How the text of speech is searched for.
 *
 * @param beam prefixes that remain after each timestep of a beam search, 1 or more; 1 without the
 *     lexicon takes the most likely class at each timestep
 * @param lexicon whether only words are found that were spoken in training
 */
public record RecognitionSettings(int beam, boolean lexicon) {
  /** A beam of 16, with the words of training. */
  public static final RecognitionSettings DEFAULT = new RecognitionSettings(16, true);

  /** The most likely class at each timestep. */
  public static final RecognitionSettings GREEDY = new RecognitionSettings(1, false);

  /**
   * Checks the range.
   *
   * @throws InvalidOptionException if the beam is less than 1
   */
  public RecognitionSettings {
    if (beam < 1) {
      throw new InvalidOptionException(
          formatted("[speech] expected a beam of 1 or more but got %d", beam));
    }
  }

  boolean isGreedy() {
    return beam == 1 && !lexicon;
  }
}
