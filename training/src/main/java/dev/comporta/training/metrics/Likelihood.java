package dev.comporta.training.metrics;

import org.apiguardian.api.API;

/** Conversions of a mean cross-entropy in nats. */
@API(status = API.Status.EXPERIMENTAL)
public final class Likelihood {
  private Likelihood() {}

  /**
   * The perplexity: the number of equally likely outcomes with the same cross-entropy.
   *
   * @param nats the mean cross-entropy per prediction
   * @return {@code e^nats}
   */
  public static double perplexity(double nats) {
    return StrictMath.exp(nats);
  }

  /**
   * The cross-entropy in bits; for a character model, its bits per character.
   *
   * @param nats the mean cross-entropy per prediction
   * @return {@code nats / ln 2}
   */
  public static double bits(double nats) {
    return nats / StrictMath.log(2);
  }
}
