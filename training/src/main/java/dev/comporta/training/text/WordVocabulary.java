package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apiguardian.api.API;

/**
 * The words of a text, each with an id. A word is what stands between white space; every other word
 * is {@link #UNKNOWN}, and {@link #END} stands for the end of a sentence. After these two, ids
 * follow the frequency of words, those of equal frequency the order of their characters, so that a
 * vocabulary does not depend on the order of a text.
 *
 * <p>No word of a text is the end of a sentence: the word {@code <eos>} in a text is unknown, as
 * {@code <unk>} is, and neither gets an id of its own. Who reads texts that were prepared for
 * another program looks for it with {@link #hasEnd}.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class WordVocabulary {
  /** The token for words that are not in the vocabulary, as in the Penn Treebank's files. */
  public static final String UNKNOWN = "<unk>";

  /** The token for the end of a sentence. */
  public static final String END = "<eos>";

  private final List<String> tokens;
  private final Map<String, Integer> ids;
  private final int unknown;
  private final int end;

  private WordVocabulary(List<String> tokens) {
    this.tokens = List.copyOf(tokens);
    this.ids = HashMap.newHashMap(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      if (ids.put(tokens.get(id), id) != null) {
        throw new ComportaException(
            formatted(
                "[vocabulary] expected different words but '%s' occurs twice",
                Printable.quote(tokens.get(id))));
      }
    }
    this.unknown = tokens.indexOf(UNKNOWN);
    this.end = tokens.indexOf(END);
    ids.put(END, unknown); // in a text it is a word like any other, and none that is known
  }

  /** Counts the words of a text, sentence by sentence. */
  @API(status = API.Status.EXPERIMENTAL)
  public static final class Counter {
    private final Map<String, Long> counts = new HashMap<>();
    private long words;

    /** Creates an empty counter. */
    public Counter() {}

    /**
     * Counts the words of a sentence.
     *
     * @param sentence words separated by white space
     */
    public void add(String sentence) {
      for (String word : split(sentence)) {
        counts.merge(word, 1L, Long::sum);
        words++;
      }
    }

    /**
     * The number of words counted.
     *
     * @return the number, without ends of sentences
     */
    public long words() {
      return words;
    }

    /**
     * The number of distinct words counted.
     *
     * @return the number, without {@link #UNKNOWN} and {@link #END}
     */
    public long different() {
      return counts.size()
          - (counts.containsKey(UNKNOWN) ? 1L : 0)
          - (counts.containsKey(END) ? 1L : 0);
    }

    /**
     * The words counted.
     *
     * @return each word once, in no particular order
     */
    public Set<String> seen() {
      return Collections.unmodifiableSet(counts.keySet());
    }

    /**
     * The count of a word.
     *
     * @param word the word
     * @return 0 or more
     */
    public long count(String word) {
      return counts.getOrDefault(word, 0L);
    }

    /**
     * Creates a vocabulary of the counted words.
     *
     * @param minimumFrequency the minimum count of a word in the vocabulary; 1 or more
     * @param maximumSize the maximum number of ids, including {@link #UNKNOWN} and {@link #END};
     *     the most frequent words are kept; 3 or more
     * @return the vocabulary
     * @throws InvalidOptionException if a number is out of range
     */
    public WordVocabulary vocabulary(int minimumFrequency, int maximumSize) {
      return vocabulary(minimumFrequency, maximumSize, _ -> false);
    }

    /**
     * Creates a vocabulary of the counted words, some of which are in it however rare they are.
     *
     * @param minimumFrequency the minimum count of other words; 1 or more
     * @param maximumSize the maximum number of ids without those that only {@code also} accepts
     * @param also words that are in the vocabulary in any case, such as those with a vector that
     *     was trained on other text; in alphabetical order behind the frequent words
     * @return the vocabulary
     * @throws InvalidOptionException if a number is out of range
     */
    public WordVocabulary vocabulary(
        int minimumFrequency, int maximumSize, Predicate<String> also) {
      if (minimumFrequency < 1 || maximumSize < 3) {
        throw new InvalidOptionException(
            formatted(
                "[vocabulary] expected a minimum frequency of 1 or more and a size of 3 or more but got %d and %d",
                minimumFrequency, maximumSize));
      }
      List<String> tokens = new ArrayList<>(List.of(UNKNOWN, END));
      counts.entrySet().stream()
          .filter(entry -> entry.getValue() >= minimumFrequency)
          .filter(entry -> !tokens.contains(entry.getKey()))
          .sorted(
              Comparator.comparing((Map.Entry<String, Long> entry) -> -entry.getValue())
                  .thenComparing(Map.Entry::getKey))
          .limit(maximumSize - 2L)
          .map(Map.Entry::getKey)
          .toList()
          .forEach(tokens::add);
      Set<String> all = new LinkedHashSet<>(tokens);
      counts.keySet().stream().filter(also).sorted().forEach(all::add);
      return new WordVocabulary(List.copyOf(all));
    }
  }

  /**
   * Creates a vocabulary from the tokens of a model file.
   *
   * @param tokens the words in the order of their ids, including {@link #UNKNOWN} and {@link #END}
   * @return the vocabulary
   * @throws ComportaException if one of these two is missing or a word occurs twice
   */
  public static WordVocabulary ofTokens(List<String> tokens) {
    for (String special : List.of(UNKNOWN, END)) {
      if (!tokens.contains(special)) {
        throw new ComportaException(
            formatted(
                "[vocabulary] expected '%s' among the words but it is missing; this is not a word model",
                special));
      }
    }
    return new WordVocabulary(tokens);
  }

  /**
   * The vocabulary size.
   *
   * @return V
   */
  public int size() {
    return tokens.size();
  }

  /**
   * The words as they are stored in a model file.
   *
   * @return one string per id
   */
  public List<String> tokens() {
    return tokens;
  }

  /**
   * The id of a word of a text.
   *
   * @param word the word
   * @return its id, that of unknown words if it has none or is {@link #END}
   */
  public int id(String word) {
    return ids.getOrDefault(word, unknown);
  }

  /**
   * The id of words that are not in the vocabulary.
   *
   * @return the id of {@link #UNKNOWN}
   */
  public int unknown() {
    return unknown;
  }

  /**
   * The id of the end of a sentence, which no word has.
   *
   * @return the id of {@link #END}
   */
  public int end() {
    return end;
  }

  /**
   * Whether a text has {@link #END} as a word. It was then prepared for a program that marks the
   * ends of sentences so.
   *
   * @param text any text
   * @return whether one of its words is {@link #END}
   */
  public static boolean hasEnd(String text) {
    return hasWord(text, END);
  }

  /**
   * Whether a text has {@link #UNKNOWN} as a word.
   *
   * @param text any text
   * @return whether one of its words is {@link #UNKNOWN}
   */
  public static boolean hasUnknown(String text) {
    return hasWord(text, UNKNOWN);
  }

  private static boolean hasWord(String text, String word) {
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      int after = at + word.length();
      boolean starts = at == 0 || Character.isWhitespace(text.charAt(at - 1));
      if (starts && (after == text.length() || Character.isWhitespace(text.charAt(after)))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Encodes the words of a sentence, without an end token.
   *
   * @param sentence words separated by white space
   * @return one id per word
   */
  public int[] words(String sentence) {
    return split(sentence).stream().mapToInt(this::id).toArray();
  }

  /**
   * Encodes a sentence with an end token.
   *
   * @param sentence words separated by white space
   * @return one id per word, followed by that of {@link #END}
   */
  public int[] sentence(String sentence) {
    List<String> words = split(sentence);
    int[] sentenceIds = new int[words.size() + 1];
    for (int i = 0; i < words.size(); i++) {
      sentenceIds[i] = id(words.get(i));
    }
    sentenceIds[words.size()] = end;
    return sentenceIds;
  }

  /**
   * Decodes ids.
   *
   * @param ids each from 0 to {@link #size} - 1
   * @return the words separated by spaces, with a line feed for each end of a sentence
   */
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    boolean inSentence = false;
    for (int id : ids) {
      if (id == end) {
        text.append('\n');
        inSentence = false;
      } else {
        text.append(inSentence ? " " : "").append(tokens.get(id));
        inSentence = true;
      }
    }
    return text.toString();
  }

  /**
   * Splits a sentence into words at white space as defined by {@link Character#isWhitespace(char)},
   * so that a no-break space is part of a word.
   *
   * @param sentence any text
   * @return the words in order, in a new modifiable list
   */
  public static List<String> split(String sentence) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= sentence.length(); i++) {
      boolean space = i == sentence.length() || Character.isWhitespace(sentence.charAt(i));
      if (!space && start < 0) {
        start = i;
      } else if (space && start >= 0) {
        words.add(sentence.substring(start, i));
        start = -1;
      }
    }
    return words;
  }
}
