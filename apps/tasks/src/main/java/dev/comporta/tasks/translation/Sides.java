package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The vocabularies of a model, learned from the text that it learns from.
 *
 * @param source of the encoder
 * @param target of the decoder; the same where it is shared
 */
record Sides(Side source, Side target) {
  private static final int BYTES = 256;

  /** The ids of unknown tokens and of the end, which every vocabulary has. */
  private static final int SPECIAL = 2;

  /**
   * Learns the vocabularies.
   *
   * @throws ComportaException if no token is frequent enough, or the vocabulary is too small for
   *     the bytes of the text
   */
  static Sides learn(List<PairData.Pair> pairs, TextSettings settings) {
    List<String> sources = pairs.stream().map(PairData.Pair::source).toList();
    List<String> targets = pairs.stream().map(PairData.Pair::target).toList();
    if (settings.shared()) {
      Side both =
          side(
              Stream.concat(sources.stream(), targets.stream()).toList(),
              settings,
              "sources and targets");
      return new Sides(both, both);
    }
    return new Sides(side(sources, settings, "sources"), side(targets, settings, "targets"));
  }

  private static Side side(List<String> texts, TextSettings settings, String name) {
    if (settings.tokens().equals(BytePairSplitting.OPTION)) {
      BytePairVocabulary joins = joins(texts, settings.merges());
      WordVocabulary parts = parts(texts, joins, settings, name);
      return new Side(new BytePairSplitting(joins, Set.copyOf(parts.tokens())), parts);
    }
    Splitting splitting =
        settings.tokens().equals(PlainSplitting.WORDS.option())
            ? PlainSplitting.WORDS
            : PlainSplitting.CHARACTERS;
    return new Side(splitting, counted(texts, splitting, settings, name));
  }

  private static BytePairVocabulary joins(List<String> texts, int merges) {
    BytePairVocabulary.Counter counter = new BytePairVocabulary.Counter();
    texts.forEach(text -> counter.add(BytePairSplitting.spaced(text)));
    return counter.vocabulary(BYTES + merges);
  }

  /**
   * The bytes of the text, so that every word in its letters has known parts, and the most frequent
   * other parts. Bytes that the text lacks have no id: nothing would be learned of them, and an
   * unknown token of an answer can be replaced by that of the source.
   */
  private static WordVocabulary parts(
      List<String> texts, BytePairVocabulary joins, TextSettings settings, String name) {
    Map<String, Long> counts =
        joins.frequentParts(
            texts.stream().map(BytePairSplitting::spaced).toList(), settings.minimumFrequency());
    Predicate<String> isByte = part -> part.codePointCount(0, part.length()) == 1;
    long needed = counts.keySet().stream().filter(isByte).count() + SPECIAL;
    if (needed > settings.vocabulary()) {
      throw new InvalidOptionException(
          formatted(
              "--vocabulary expected at least %d, for each byte that the %s have and two more, but got %d",
              needed, name, settings.vocabulary()));
    }
    Comparator<String> frequentFirst =
        Comparator.comparing((String part) -> -counts.getOrDefault(part, 0L))
            .thenComparing(Comparator.naturalOrder());
    Stream<String> frequent =
        counts.keySet().stream()
            .filter(isByte.negate())
            .sorted(frequentFirst)
            .limit(settings.vocabulary() - needed);
    List<String> tokens =
        Stream.concat(counts.keySet().stream().filter(isByte), frequent)
            .sorted(frequentFirst)
            .toList();
    return WordVocabulary.ofTokens(
        Stream.concat(Stream.of(WordVocabulary.UNKNOWN, WordVocabulary.END), tokens.stream())
            .toList());
  }

  private static WordVocabulary counted(
      List<String> texts, Splitting splitting, TextSettings settings, String name) {
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    texts.forEach(text -> counter.add(splitting.split(text)));
    WordVocabulary vocabulary =
        counter.vocabulary(settings.minimumFrequency(), settings.vocabulary());
    if (vocabulary.size() == SPECIAL) {
      throw new ComportaException(
          formatted(
              "[vocabulary] expected tokens that the %s have %,d times or more but there is none among %,d; lower --minimum-frequency",
              name, settings.minimumFrequency(), counter.different()));
    }
    return vocabulary;
  }
}
