package dev.comporta.inference;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.attention.decoding.Sampler;

/**
 * How a text is continued.
 *
 * @param length the number of tokens (characters, byte pairs or words), 1 or more
 * @param sampler how each token is drawn
 * @param seed of the random numbers: the same seed gives the same text
 * @param allowUnknown whether a model of words may write {@code <unk>}, the token for unknown words
 */
public record GenerationSettings(int length, Sampler sampler, int seed, boolean allowUnknown) {
  /** The sampler of {@link #DEFAULT}: temperature 0.8 over all tokens. */
  public static final Sampler DEFAULT_SAMPLER = new Sampler(0.8, 0, 1);

  /** What the command {@code generate} uses by default: 300 tokens, seed 1. */
  public static final GenerationSettings DEFAULT =
      new GenerationSettings(300, DEFAULT_SAMPLER, 1, false);

  /** The most likely token each time. */
  static final Sampler GREEDY = new Sampler(0, 0, 1);

  /**
   * Checks the range.
   *
   * @throws InvalidOptionException if the length is less than 1
   */
  public GenerationSettings {
    if (length < 1) {
      throw new InvalidOptionException("[generate] expected 1 token or more but got " + length);
    }
  }

  /**
   * {@return these settings with another length}
   *
   * @param tokens 1 or more
   */
  public GenerationSettings withLength(int tokens) {
    return new GenerationSettings(tokens, sampler, seed, allowUnknown);
  }

  /**
   * {@return these settings with another sampler}
   *
   * @param other how each token is drawn
   */
  public GenerationSettings withSampler(Sampler other) {
    return new GenerationSettings(length, other, seed, allowUnknown);
  }

  /**
   * {@return these settings with another seed}
   *
   * @param other the seed
   */
  public GenerationSettings withSeed(int other) {
    return new GenerationSettings(length, sampler, other, allowUnknown);
  }

  /**
   * {@return these settings with or without the token for unknown words}
   *
   * @param allowed whether it may be written
   */
  public GenerationSettings withUnknown(boolean allowed) {
    return new GenerationSettings(length, sampler, seed, allowed);
  }
}
