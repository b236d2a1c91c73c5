package dev.comporta.tasks.translation;

import dev.comporta.api.ComportaException;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.List;
import java.util.Set;
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
   * @throws ComportaException if no token is frequent enough
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
      WordVocabulary parts =
          counted(texts, new BytePairSplitting(joins, joins.parts()), settings, name);
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

  private static WordVocabulary counted(
      List<String> texts, Splitting splitting, TextSettings settings, String name) {
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    texts.forEach(text -> counter.add(splitting.split(text)));
    WordVocabulary vocabulary =
        counter.vocabulary(settings.minimumFrequency(), settings.vocabulary());
    if (vocabulary.size() == SPECIAL) {
      throw new ComportaException(
          "[vocabulary] expected tokens that the %s have %,d times or more but there is none among %,d; lower --minimum-frequency"
              .formatted(name, settings.minimumFrequency(), counter.different()));
    }
    return vocabulary;
  }
}
