package dev.comporta.tasks.rating;

import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The regions of a text: its clauses, which end with a sign such as a comma, and of a long clause
 * pieces. Each is filled to the same number of ids with that of the end of a sentence, at least
 * one, so that a convolution of width 3 sees the words of one region only.
 */
final class Regions {
  /** The ids of a region. */
  static final int SIZE = 10;

  private static final List<String> ENDS =
      List.of(",", ".", ";", ":", "!", "?", "-", "\u2013", "\u2014", "(", ")", "\"");

  private Regions() {}

  /** The ids of a text, {@link #SIZE} for each region. */
  static int[] encode(List<String> tokens, WordVocabulary words) {
    List<int[]> regions = new ArrayList<>();
    int[] region = empty(words);
    int filled = 0;
    for (int i = 0; i < tokens.size(); i++) {
      region[filled++] = words.id(tokens.get(i));
      boolean last = i + 1 == tokens.size();
      boolean ends = ENDS.contains(tokens.get(i)) && (last || !ENDS.contains(tokens.get(i + 1)));
      if (last || ends || filled == SIZE - 1) {
        regions.add(region);
        region = empty(words);
        filled = 0;
      }
    }
    return regions.stream().flatMapToInt(Arrays::stream).toArray();
  }

  private static int[] empty(WordVocabulary words) {
    int[] region = new int[SIZE];
    Arrays.fill(region, words.end());
    return region;
  }
}
