package dev.comporta.inference;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.Decoding;
import java.util.OptionalInt;

/**
 * How sentences are translated.
 *
 * @param decoding beam search or sampling
 * @param longest the most tokens of a translation, its end included; by default twice as many as
 *     the source has, and ten
 * @param batch the most sentences that are decoded together, 1 or more; translations are the same
 *     for any number
 */
public record TranslationSettings(Decoding decoding, OptionalInt longest, int batch) {
  /** What the command {@code translate} uses by default. */
  public static final TranslationSettings DEFAULT = of(BeamSettings.DEFAULT);

  /**
   * Checks the ranges.
   *
   * @throws InvalidOptionException if a number is less than 1
   */
  public TranslationSettings {
    if (batch < 1 || longest.orElse(1) < 1) {
      throw new InvalidOptionException(
          "[translate] expected a batch and a length of 1 or more but got "
              + batch
              + " and "
              + longest.orElse(1));
    }
  }

  /**
   * {@return settings with the default length and batch}
   *
   * @param decoding beam search or sampling
   */
  public static TranslationSettings of(Decoding decoding) {
    return new TranslationSettings(decoding, OptionalInt.empty(), 32);
  }
}
