package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Words with their characters, as the layer {@code word-characters} reads them. A word is looked up
 * in lower case; its characters keep their case. Character 0 is one that the model does not know.
 */
public final class StoredWords {
  private static final String WORDS = "spelled-words";
  private static final String CHARACTERS = "spelled-characters";
  private static final int MOST_WORDS = 1_000_000;

  private final WordVocabulary words;
  private final CharacterVocabulary known;
  private final Map<Integer, Integer> ids = new HashMap<>(); // by code point, from 1

  private StoredWords(WordVocabulary words, CharacterVocabulary known) {
    this.words = words;
    this.known = known;
    for (String character : known.tokens()) {
      ids.put(character.codePointAt(0), ids.size() + 1);
    }
  }

  /**
   * {@return the words and characters of sentences}
   *
   * @param sentences words
   * @param minimum words and characters that occur less often are unknown
   * @param also words in lower case that are known if they occur at all, such as those that have
   *     vectors already
   */
  public static StoredWords count(
      List<List<String>> sentences, int minimum, Predicate<String> also) {
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    Map<Integer, Integer> characters = new HashMap<>();
    for (List<String> sentence : sentences) {
      for (String word : sentence) {
        counter.add(word.toLowerCase(Locale.ROOT));
        word.codePoints().forEach(it -> characters.merge(it, 1, Integer::sum));
      }
    }
    StringBuilder frequent = new StringBuilder();
    characters.forEach((character, count) -> {
      if (count >= minimum) {
        frequent.appendCodePoint(character);
      }
    });
    return new StoredWords(
        counter.vocabulary(minimum, MOST_WORDS, also), CharacterVocabulary.of(frequent.toString()));
  }

  /**
   * {@return the words and characters that a model file holds}
   *
   * @param file the content of the file
   * @param from the name of the file, for messages
   * @throws ComportaException if there are none
   */
  public static StoredWords of(ModelFile file, String from) {
    return new StoredWords(
        WordVocabulary.ofTokens(tokens(file, WORDS, from)),
        CharacterVocabulary.ofTokens(tokens(file, CHARACTERS, from)));
  }

  private static List<String> tokens(ModelFile file, String kind, String from) {
    return StoredParts.tokens(file, kind)
        .orElseThrow(() ->
            new ComportaException(
                formatted(
                    "[tag] expected a vocabulary of the kind '%s' in %s but it has none; it is not a tagger",
                    kind, from)));
  }

  /** {@return what a model file holds} */
  public List<Vocabulary> stored() {
    return List.of(
        new Vocabulary(WORDS, WORDS, words.tokens()),
        new Vocabulary(CHARACTERS, CHARACTERS, known.tokens()));
  }

  /** {@return the number of words, V} */
  public int words() {
    return words.size();
  }

  /** {@return the words by their ids} */
  public List<String> tokens() {
    return words.tokens();
  }

  /** {@return the number of characters, N, the unknown one among them} */
  public int characters() {
    return known.size() + 1;
  }

  /**
   * The ids of words and their characters. A long word is represented by its first and last
   * characters.
   *
   * @param sentence words
   * @param wordLength K, the most characters of a word
   * @return {@code [(1 + K) T]}
   */
  public int[] encode(List<String> sentence, int wordLength) {
    int[] all = new int[Math.multiplyExact(1 + wordLength, sentence.size())];
    Arrays.fill(all, characters()); // no character
    for (int t = 0; t < sentence.size(); t++) {
      int from = t * (1 + wordLength);
      all[from] = words.id(sentence.get(t).toLowerCase(Locale.ROOT));
      int[] letters = sentence.get(t).codePoints().toArray();
      int length = Math.min(wordLength, letters.length);
      int first = (length + 1) / 2;
      for (int k = 0; k < length; k++) {
        int letter = letters[k < first ? k : letters.length - length + k];
        all[from + 1 + k] = ids.getOrDefault(letter, 0);
      }
    }
    return all;
  }
}
