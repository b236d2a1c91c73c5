package dev.comporta.tasks.translation;

import java.util.List;

/**
 * Sentences with their translations.
 *
 * @param name what they are, in words
 * @param sha256 of the files that they come from; empty for pairs that are generated
 * @param training to learn from
 * @param validation to measure with at the end of each epoch; may be empty
 * @param test to measure with at the end, none of which is among the others; may be empty
 */
record PairData(
    String name, String sha256, List<Pair> training, List<Pair> validation, List<Pair> test) {
  /** The most pairs that are drawn: they are kept in memory. */
  static final int MOST = 5_000_000;

  PairData {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
  }

  /** A sentence with its translation. */
  record Pair(String source, String target) {
    /** Whether neither side is empty. */
    boolean isWhole() {
      return !source.isBlank() && !target.isBlank();
    }
  }
}
