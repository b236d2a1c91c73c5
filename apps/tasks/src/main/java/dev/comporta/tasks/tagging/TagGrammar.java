package dev.comporta.tasks.tagging;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.tagging.TaggedSentences.Sentence;
import java.util.ArrayList;
import java.util.List;

/**
 * Generated sentences of a small grammar, with parts of speech. Many of its words are a noun in one
 * place and a verb or an adjective in another, so that the context decides, and names are made of
 * syllables, so that most of them are new.
 */
final class TagGrammar {
  private static final String DETERMINER = "DET";
  private static final String NOUN = "NOUN";
  private static final String VERB = "VERB";
  private static final List<String> BOTH =
      List.of(
          "saw", "fish", "run", "walk", "book", "watch", "light", "plant", "ship", "show", "play",
          "train", "cook", "drink", "paint", "guard");
  private static final List<String> NOUNS =
      List.of("teacher", "river", "garden", "city", "dog", "window", "letter", "cup");
  private static final List<String> VERBS = List.of("find", "like", "visit", "draw", "hear");
  private static final List<String> ADJECTIVES =
      List.of("light", "old", "green", "cold", "small", "fast", "open", "round");
  private static final List<String> SYLLABLES =
      List.of("ka", "lo", "mi", "ren", "to", "va", "du", "sel", "ni", "bar");

  private final RandomSource random;
  private final List<String> words = new ArrayList<>();
  private final List<String> tags = new ArrayList<>();
  private long draws;

  private TagGrammar(RandomSource random) {
    this.random = random;
  }

  /** Generates sentences. */
  static TaggedSentences generate(int count, RandomSource random) {
    List<Sentence> sentences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TagGrammar grammar = new TagGrammar(random.stream("sentence " + i));
      grammar.sentence();
      List<Integer> lines = new ArrayList<>();
      for (int word = 0; word < grammar.words.size(); word++) {
        lines.add(i + 1);
      }
      sentences.add(new Sentence(grammar.words, grammar.tags, lines, "the generated sentences"));
    }
    return new TaggedSentences("sentences of a small grammar", sentences);
  }

  private int draw(int below) {
    return random.below(below, draws++);
  }

  private void add(String tag, String word) {
    words.add(word);
    tags.add(tag);
  }

  private void add(String tag, List<String> choice) {
    add(tag, choice.get(draw(choice.size())));
  }

  private void sentence() {
    nounPhrase();
    if (draw(3) == 0) {
      add("AUX", List.of("can", "will", "must"));
    }
    add(VERB, draw(2) == 0 ? BOTH : VERBS);
    if (draw(4) > 0) {
      nounPhrase();
    }
    if (draw(3) == 0) {
      add("ADP", List.of("near", "with", "by", "under"));
      nounPhrase();
    }
    if (draw(4) == 0) {
      add("ADV", List.of("fast", "today", "often"));
    }
    add("PUNCT", List.of(".", "!"));
  }

  private void nounPhrase() {
    switch (draw(4)) {
      case 0 -> add("PRON", List.of("they", "we", "you"));
      case 1 -> {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i <= 1 + draw(2); i++) {
          name.append(SYLLABLES.get(draw(SYLLABLES.size())));
        }
        name.setCharAt(0, Character.toUpperCase(name.charAt(0)));
        add("PROPN", name.toString());
      }
      default -> {
        add(DETERMINER, List.of("the", "a", "every"));
        if (draw(2) == 0) {
          add("ADJ", ADJECTIVES);
        }
        add(NOUN, draw(2) == 0 ? BOTH : NOUNS);
      }
    }
  }
}
