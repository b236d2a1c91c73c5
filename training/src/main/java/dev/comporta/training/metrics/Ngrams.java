package dev.comporta.training.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts of the n-grams of one sequence, and what two such counts share. */
final class Ngrams {
  private Ngrams() {}

  /**
   * How often each run of n neighbours occurs.
   *
   * @param tokens the sequence
   * @param n the length of a run, at least 1
   */
  static <T> Map<List<T>, Integer> count(List<T> tokens, int n) {
    Map<List<T>, Integer> counts = HashMap.newHashMap(Math.max(0, tokens.size() - n + 1));
    for (int i = 0; i + n <= tokens.size(); i++) {
      counts.merge(tokens.subList(i, i + n), 1, Integer::sum);
    }
    return counts;
  }

  /** The n-grams of {@code a} that {@code b} has too, each counted as often as both have it. */
  static <T> long shared(Map<List<T>, Integer> a, Map<List<T>, Integer> b) {
    long shared = 0;
    for (Map.Entry<List<T>, Integer> entry : a.entrySet()) {
      shared += Math.min(entry.getValue(), b.getOrDefault(entry.getKey(), 0));
    }
    return shared;
  }

  /** Takes the larger count of each n-gram into {@code most}. */
  static <T> void keepMost(Map<List<T>, Integer> most, Map<List<T>, Integer> other) {
    other.forEach((ngram, count) -> most.merge(ngram, count, Math::max));
  }
}
