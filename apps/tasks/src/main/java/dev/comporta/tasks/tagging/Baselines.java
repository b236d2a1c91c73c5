package dev.comporta.tasks.tagging;

import dev.comporta.tasks.tagging.TaggedSentences.Sentence;
import dev.comporta.training.tags.BioTags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Predictions from counts: the most frequent tag of each word, and the spans of the training part.
 */
final class Baselines {
  private final Map<String, String> tagOfWord = new HashMap<>();
  private final String otherwise;

  /** The most frequent type of each sequence of words that is a span. */
  private final Map<List<String>, String> spans = new HashMap<>();

  private int longest;

  Baselines(List<Sentence> training) {
    Map<String, Map<String, Integer>> ofWord = new HashMap<>();
    Map<List<String>, Map<String, Integer>> ofSpan = new HashMap<>();
    Map<String, Integer> all = new HashMap<>();
    for (Sentence sentence : training) {
      List<String> words = sentence.words();
      for (int i = 0; i < words.size(); i++) {
        String tag = sentence.tags().get(i);
        ofWord.computeIfAbsent(words.get(i), _ -> new HashMap<>()).merge(tag, 1, Integer::sum);
        all.merge(tag, 1, Integer::sum);
      }
      for (BioTags.Span span : BioTags.spans(sentence.tags())) {
        ofSpan
            .computeIfAbsent(
                List.copyOf(words.subList(span.start(), span.end())), _ -> new HashMap<>())
            .merge(span.type(), 1, Integer::sum);
        longest = Math.max(longest, span.end() - span.start());
      }
    }
    ofWord.forEach((word, counts) -> tagOfWord.put(word, mostFrequent(counts)));
    ofSpan.forEach((words, counts) -> spans.put(words, mostFrequent(counts)));
    otherwise = mostFrequent(all);
  }

  private static String mostFrequent(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .min(
            Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .orElseThrow()
        .getKey();
  }

  /** The most frequent tag of each word; of a new word, the most frequent tag of all. */
  List<String> tags(List<String> words) {
    return words.stream().map(word -> tagOfWord.getOrDefault(word, otherwise)).toList();
  }

  /** The longest known span from each word on. */
  List<String> dictionary(List<String> words) {
    List<String> tags = new ArrayList<>();
    while (tags.size() < words.size()) {
      int start = tags.size();
      int length = Math.min(longest, words.size() - start);
      while (length > 0 && !spans.containsKey(words.subList(start, start + length))) {
        length--;
      }
      if (length == 0) {
        tags.add(BioTags.OUTSIDE);
      }
      for (int i = 0; i < length; i++) {
        tags.add((i == 0 ? "B-" : "I-") + spans.get(words.subList(start, start + length)));
      }
    }
    return tags;
  }
}
