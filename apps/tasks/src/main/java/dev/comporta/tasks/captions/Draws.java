package dev.comporta.tasks.captions;

import dev.comporta.api.tensor.RandomSource;
import java.util.List;

/** One random number after the other from a stream. */
public final class Draws {
  private final RandomSource random;
  private long next;

  /**
   * Begins with the first number of a stream.
   *
   * @param random the stream
   */
  public Draws(RandomSource random) {
    this.random = random;
  }

  /**
   * {@return a whole number from 0 on, each as likely as another}
   *
   * @param bound one more than the largest
   */
  public int below(int bound) {
    return random.below(bound, next++);
  }

  /**
   * {@return one of these, each as likely as another}
   *
   * @param <T> what they are
   * @param choices one or more
   */
  public <T> T of(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /**
   * {@return a number of the uniform distribution}
   *
   * @param low the least
   * @param high larger than all of them
   */
  public float between(float low, float high) {
    return low + (high - low) * random.uniform(next++);
  }

  /** {@return a number of the standard normal distribution} */
  public double normal() {
    return random.normal(next++);
  }
}
