package dev.comporta.attention.decoding;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;

/** Limits the number of rows of a search: the model's answer for all of them is one array. */
final class RowLimit {
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private RowLimit() {}

  /**
   * The maximum number of rows of a search.
   *
   * @param option the option that sets the number of rows per sequence, for the message
   * @param each the number of rows per sequence
   * @param model gives the number of sequences and the size of an answer
   * @return the number of rows per sequence times the number of sequences
   * @throws InvalidOptionException if the answer for that many rows does not fit into an array
   */
  static int most(String option, int each, NextTokens model) {
    int widest = Math.max(1, Math.max(model.vocabulary(), model.positions()));
    int limit = LONGEST_ARRAY / widest;
    long rows = (long) each * model.sequences();
    if (rows > limit) {
      throw new InvalidOptionException(
          formatted(
              "%s expected at most %,d outputs in one batch (%,d numbers each) but got %,d for each of %,d sequences, %,d in total; lower %s or --batch",
              option, limit, widest, each, model.sequences(), rows, option));
    }
    return (int) rows;
  }
}
