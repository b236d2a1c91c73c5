package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.data.IdSequence;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a text is cut into, each with an id: characters, byte pairs or words.
 *
 * @param kind the kind of vocabulary, as a model file names it
 * @param stored the tokens as they are stored in a model file
 * @param noun one token in words, such as {@code a letter}
 * @param size V, the number of ids
 * @param start the id from which a text without a prompt starts
 * @param encoder gives the ids of a text; its second argument is what messages call the text
 * @param decoder gives the text of ids
 * @param characters the number of characters that begin in a token
 * @param words the words, or null for other tokens
 */
@API(status = API.Status.EXPERIMENTAL)
public record TextTokens(
    String kind,
    List<String> stored,
    String noun,
    int size,
    int start,
    BiFunction<String, String, int[]> encoder,
    Function<int[], String> decoder,
    IntUnaryOperator characters,
    @Nullable WordVocabulary words) {
  /** The kind of byte pairs. */
  public static final String BYTE_PAIRS = "byte-pairs";

  private static final String CHARACTERS = "characters";
  private static final String WORDS = "words";

  /**
   * Characters: each has an id, or the text is refused.
   *
   * @param known the characters
   * @return the tokens
   */
  public static TextTokens characters(CharacterVocabulary known) {
    List<String> stored = known.tokens();
    return new TextTokens(
        CHARACTERS,
        stored,
        "character",
        known.size(),
        Math.max(0, stored.indexOf("\n")),
        known::encode,
        known::decode,
        _ -> 1,
        null);
  }

  /**
   * Bytes of UTF-8 and merged pairs of them: every text has ids.
   *
   * @param known the pairs
   * @return the tokens
   */
  public static TextTokens bytePairs(BytePairVocabulary known) {
    List<String> stored = List.copyOf(known.tokens());
    return new TextTokens(
        BYTE_PAIRS,
        stored,
        stored.isEmpty() ? "byte" : "token",
        known.size(),
        '\n',
        (text, _) -> known.encode(text),
        known::decode,
        known::characters,
        null);
  }

  /**
   * Bytes of UTF-8 and the most frequent merged pairs of them in a text.
   *
   * @param text the text
   * @param merges the number of merges; 0 for bytes
   * @return the tokens
   */
  public static TextTokens bytePairs(String text, int merges) {
    BytePairVocabulary bytes = BytePairVocabulary.bytes();
    if (merges == 0) {
      return bytePairs(bytes);
    }
    BytePairVocabulary.Counter counter = new BytePairVocabulary.Counter();
    counter.add(text);
    int most = Integer.MAX_VALUE - bytes.size();
    return bytePairs(counter.vocabulary(bytes.size() + Math.min(merges, most)));
  }

  /**
   * Words: those without an id of their own share that of {@link WordVocabulary#UNKNOWN}.
   *
   * @param known the words
   * @return the tokens
   */
  public static TextTokens words(WordVocabulary known) {
    return new TextTokens(
        WORDS,
        known.tokens(),
        "word",
        known.size(),
        known.end(),
        (text, what) -> {
          if (WordVocabulary.hasEnd(text)) {
            throw new ComportaException(
                formatted(
                    "[text] expected %s without the reserved word '%s', the end of a sentence, but got one; leave it out",
                    what, WordVocabulary.END));
          }
          return known.words(text);
        },
        known::decode,
        _ -> 1,
        known);
  }

  /**
   * The tokens that a model file stores.
   *
   * @param kind the kind of vocabulary
   * @param stored the stored tokens
   * @return the tokens, or null if the vocabulary is of another kind
   * @throws ComportaException if they are not such tokens
   */
  public static @Nullable TextTokens of(String kind, List<String> stored) {
    return switch (kind) {
      case CHARACTERS -> characters(CharacterVocabulary.ofTokens(stored));
      case BYTE_PAIRS -> bytePairs(BytePairVocabulary.ofTokens(stored));
      case WORDS -> words(WordVocabulary.ofTokens(stored));
      default -> null;
    };
  }

  /**
   * The start, then the ids of a text.
   *
   * @param text the text
   * @param what what messages call it
   * @return one id or more
   * @throws ComportaException if the text holds what has no id
   */
  public int[] opened(String text, String what) {
    int[] ids = encoder.apply(text, what);
    int[] opened = new int[ids.length + 1];
    opened[0] = start;
    System.arraycopy(ids, 0, opened, 1, ids.length);
    return opened;
  }

  /**
   * What a model reads before it continues a text. A sentence of words has a start of its own,
   * other texts have one only if they are empty.
   *
   * @param text the text
   * @return one id or more
   * @throws ComportaException if the text holds what has no id
   */
  public int[] prompt(String text) {
    return words != null || text.isEmpty()
        ? opened(text, "the prompt")
        : encoder.apply(text, "the prompt");
  }

  /**
   * Ids with the end that a model predicts after a sentence of words; other texts have none.
   *
   * @param ids the ids
   * @return a new array, or the same one for tokens that are not words
   */
  public int[] closed(int... ids) {
    if (words == null) {
      return ids;
    }
    int[] closed = Arrays.copyOf(ids, ids.length + 1);
    closed[ids.length] = words.end();
    return closed;
  }

  /**
   * The number of characters that begin in all tokens but the first, which a model does not
   * predict.
   *
   * @param ids the tokens
   * @return the number
   */
  public long charactersAfterFirst(IdSequence ids) {
    long count = 0;
    for (long i = 1; i < ids.size(); i++) {
      count += characters.applyAsInt(ids.get(i));
    }
    return count;
  }

  /**
   * A text without the characters that have no id, for models that need not see all of it.
   *
   * @param text the text
   * @return the same text for words and byte pairs, which give every text ids
   */
  public String readable(String text) {
    if (!kind.equals(CHARACTERS)) {
      return text;
    }
    Set<String> known = Set.copyOf(stored);
    return text.codePoints()
        .mapToObj(Character::toString)
        .filter(known::contains)
        .collect(Collectors.joining());
  }

  /**
   * The words of a text that have no id of their own.
   *
   * @param text the text
   * @return each once; always empty for tokens that are not words
   */
  public List<String> unknown(String text) {
    return words == null
        ? List.of()
        : WordVocabulary.split(text).stream()
            .filter(word -> words.id(word) == words.unknown())
            .filter(word -> !word.equals(WordVocabulary.UNKNOWN))
            .distinct()
            .toList();
  }
}
