package dev.comporta.training.metrics;

import org.apiguardian.api.API;

/** Other words for a mean cross-entropy in nats. */
@API(status = API.Status.EXPERIMENTAL)
public final class Likelihood {
  private Likelihood() {}

  /**
   * The perplexity: the number of equally likely answers that would be as hard to guess.
   *
   * @param nats the mean cross-entropy of an answer
   * @return {@code e^nats}
   */
  public static double perplexity(double nats) {
    return StrictMath.exp(nats);
  }

  /**
   * The bits that an answer costs; of a model of characters, its bits per character.
   *
   * @param nats the mean cross-entropy of an answer
   * @return {@code nats / ln 2}
   */
  public static double bits(double nats) {
    return nats / StrictMath.log(2);
  }
}
