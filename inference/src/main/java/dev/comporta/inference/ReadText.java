package dev.comporta.inference;

/**
 * A text that a model has read.
 *
 * @param text what it says; may be empty
 * @param logProbability the natural logarithm of the probability that the search found for it
 */
public record ReadText(String text, double logProbability) {
  /** {@return the probability, from 0 to 1} */
  public double probability() {
    return Math.exp(logProbability);
  }
}
