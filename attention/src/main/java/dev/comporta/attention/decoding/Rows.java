package dev.comporta.attention.decoding;

import dev.comporta.api.InvalidOptionException;

/** How many rows a search may have: the model's answers to all of them are one array. */
final class Rows {
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private Rows() {}

  /**
   * The most rows that a search will have.
   *
   * @param option what says how many rows a sequence has
   * @param each that number
   * @param model what is asked
   * @return their product with the model's sequences
   * @throws InvalidOptionException if the answers to so many rows do not fit into an array
   */
  static int most(String option, int each, NextTokens model) {
    int widest = Math.max(1, Math.max(model.vocabulary(), model.positions()));
    int limit = LONGEST_ARRAY / widest;
    long rows = (long) each * model.sequences();
    if (rows > limit) {
      throw new InvalidOptionException(
          "%s expected at most %,d outputs side by side, where each takes %,d numbers, but %,d for each of %,d sequences are %,d; lower %s or --batch"
              .formatted(option, limit, widest, each, model.sequences(), rows, option));
    }
    return (int) rows;
  }
}
