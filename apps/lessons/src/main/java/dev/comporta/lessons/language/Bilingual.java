package dev.comporta.lessons.language;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.lessons.play.Translator.Pair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * English and Portuguese sentences of a small grammar. They differ in length ("I see" is "vejo"),
 * in order (the adjective follows) and in grammar (articles and adjectives agree).
 */
final class Bilingual {
  /** Noun, translation, and o or a for its gender. */
  private static final String[][] NOUNS = {
    {"house", "casa", "a"},
    {"car", "carro", "o"},
    {"table", "mesa", "a"},
    {"book", "livro", "o"},
    {"door", "porta", "a"},
    {"dog", "cachorro", "o"}
  };

  /** Adjective and its stem. */
  private static final String[][] ADJECTIVES = {
    {"red", "vermelh"}, {"new", "nov"}, {"old", "velh"}, {"small", "pequen"}
  };

  private static final String[][] VERBS = {{"see", "vejo"}, {"want", "quero"}, {"buy", "compro"}};

  /** Word by word, as a dictionary has it. */
  private static final Map<String, String> DICTIONARY = new LinkedHashMap<>();

  static {
    Map<String, String> small =
        Map.of("i", "eu", "do", "faço", "not", "não", "the", "o", "and", "e");
    small.forEach(DICTIONARY::put);
    for (String[] noun : NOUNS) {
      DICTIONARY.put(noun[0], noun[1]);
    }
    for (String[] adjective : ADJECTIVES) {
      DICTIONARY.put(adjective[0], adjective[1] + "o");
    }
    for (String[] verb : VERBS) {
      DICTIONARY.put(verb[0], verb[1]);
    }
  }

  private static final List<String> ENGLISH = new ArrayList<>(List.of("</s>"));
  private static final List<String> PORTUGUESE = new ArrayList<>(List.of("</s>", "a"));

  static {
    ENGLISH.addAll(DICTIONARY.keySet().stream().sorted().toList());
    PORTUGUESE.addAll(DICTIONARY.values().stream().sorted().toList());
    for (String[] adjective : ADJECTIVES) {
      PORTUGUESE.add(adjective[1] + "a");
    }
  }

  private Bilingual() {}

  /** A sentence in both languages. */
  record Sentence(String english, String portuguese) {
    Pair pair() {
      return new Pair(ids(english, ENGLISH), ids(portuguese, PORTUGUESE));
    }
  }

  static int englishWords() {
    return ENGLISH.size();
  }

  static int portugueseWords() {
    return PORTUGUESE.size();
  }

  private static List<Integer> ids(String text, List<String> vocabulary) {
    return List.of(text.split(" ", -1)).stream().map(vocabulary::indexOf).toList();
  }

  static List<Integer> english(String text) {
    return ids(text, ENGLISH);
  }

  /** The text of ids. */
  static String portuguese(List<Integer> ids) {
    return String.join(" ", ids.stream().map(PORTUGUESE::get).toList());
  }

  /** A sentence about some things. */
  static Sentence sentence(RandomSource random, int things) {
    String[] verb = VERBS[(int) (VERBS.length * random.uniform(0))];
    boolean not = random.uniform(1) < 0.3;
    StringBuilder english = new StringBuilder(not ? "i do not " : "i ").append(verb[0]);
    StringBuilder portuguese = new StringBuilder(not ? "não " : "").append(verb[1]);
    for (int i = 0; i < things; i++) {
      String[] noun = NOUNS[(int) (NOUNS.length * random.uniform(10 + 3L * i))];
      String[] adjective = ADJECTIVES[(int) (ADJECTIVES.length * random.uniform(11 + 3L * i))];
      boolean plain = random.uniform(12 + 3L * i) < 0.3;
      english
          .append(i > 0 ? " and the " : " the ")
          .append(plain ? "" : adjective[0] + " ")
          .append(noun[0]);
      portuguese.append(i > 0 ? " e " : " ").append(noun[2]).append(' ').append(noun[1]);
      portuguese.append(plain ? "" : " " + adjective[1] + noun[2]);
    }
    return new Sentence(english.toString(), portuguese.toString());
  }

  /** The first idea: every word for itself, in the order of the source. */
  static String wordByWord(String english) {
    return String.join(
        " ",
        List.of(english.split(" ", -1)).stream()
            .map(word -> DICTIONARY.getOrDefault(word, word))
            .toList());
  }

  /** Whether a word translates another one, in either gender. */
  static boolean translates(String portuguese, String english) {
    String entry = DICTIONARY.getOrDefault(english, "");
    boolean gender =
        entry.length() == portuguese.length()
            && entry.endsWith("o")
            && portuguese.equals(entry.substring(0, entry.length() - 1) + "a");
    return entry.equals(portuguese) || gender;
  }
}
