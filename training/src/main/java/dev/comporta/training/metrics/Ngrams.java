package dev.comporta.training.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the n-grams of sequences and compares the counts. */
final class Ngrams {
  private Ngrams() {}

  /**
   * Counts the n-grams of a sequence.
   *
   * @param tokens the sequence
   * @param n the order, at least 1
   */
  static <T> Map<List<T>, Integer> count(List<T> tokens, int n) {
    Map<List<T>, Integer> counts = HashMap.newHashMap(Math.max(0, tokens.size() - n + 1));
    for (int i = 0; i + n <= tokens.size(); i++) {
      counts.merge(tokens.subList(i, i + n), 1, Integer::sum);
    }
    return counts;
  }

  /** The size of the multiset intersection: the sum of the smaller count of each n-gram. */
  static <T> long shared(Map<List<T>, Integer> a, Map<List<T>, Integer> b) {
    long shared = 0;
    for (Map.Entry<List<T>, Integer> entry : a.entrySet()) {
      shared += Math.min(entry.getValue(), b.getOrDefault(entry.getKey(), 0));
    }
    return shared;
  }

  /** Updates {@code most} to the larger count of each n-gram. */
  static <T> void keepMost(Map<List<T>, Integer> most, Map<List<T>, Integer> other) {
    other.forEach((ngram, count) -> most.merge(ngram, count, Math::max));
  }
}
