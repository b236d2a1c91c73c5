package dev.comporta.inference;

import java.util.List;

/**
 * How a language model reads a text.
 *
 * @param tokens the number of tokens that were predicted
 * @param loss the mean loss per token, in nats; 0 if there is no token
 * @param unknownWords the words that the model does not know
 * @param next the most likely next tokens, most likely first
 * @param continuation what most likely follows
 */
public record ScoredText(
    long tokens, double loss, List<String> unknownWords, List<Next> next, String continuation) {
  /**
   * A token that may follow.
   *
   * @param text the token
   * @param probability from 0 to 1
   */
  public record Next(String text, double probability) {}

  /** Copies the lists. */
  public ScoredText {
    unknownWords = List.copyOf(unknownWords);
    next = List.copyOf(next);
  }

  /** {@return e to the power of the loss} */
  public double perplexity() {
    return Math.exp(loss);
  }
}
