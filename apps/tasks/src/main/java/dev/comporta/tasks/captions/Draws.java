package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import java.util.List;

/** One random number after the other from a stream. */
public final class Draws {
  private final RandomSource random;
  private long next;

  public Draws(RandomSource random) {
    this.random = random;
  }

  /** A whole number from 0 to bound - 1. */
  public int below(int bound) {
    return random.below(bound, next++);
  }

  /** One of these, each as likely as another. */
  public <T> T of(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** A number in [low, high). */
  public float between(float low, float high) {
    return low + (high - low) * random.uniform(next++);
  }
}
