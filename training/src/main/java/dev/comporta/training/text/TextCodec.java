package dev.comporta.training.text;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Texts as ids and back.
 *
 * @param splitting what tokens are
 * @param vocabulary which tokens are known
 */
@API(status = API.Status.EXPERIMENTAL)
public record TextCodec(Splitting splitting, WordVocabulary vocabulary) {
  private static final int BYTES = 256;

  /** The ids of unknown tokens and of the end, which every vocabulary has. */
  private static final int SPECIAL = 2;

  /**
   * What tokens are, and which become known.
   *
   * @param tokens the {@link Splitting#option} of the splitting
   * @param merges the most merges of byte pairs, for that splitting alone
   * @param minimumFrequency rarer tokens are unknown; rarer subwords are split again
   * @param vocabulary the most tokens
   */
  @API(status = API.Status.EXPERIMENTAL)
  public record Rules(String tokens, int merges, int minimumFrequency, int vocabulary) {}

  /**
   * Learns the tokens of texts.
   *
   * @param texts what is split
   * @param rules what tokens are, and which become known
   * @param name of the texts, in messages
   * @return the codec
   * @throws ComportaException if no token is frequent enough, or the vocabulary is too small for
   *     the bytes of the texts
   */
  public static TextCodec learn(List<String> texts, Rules rules, String name) {
    if (rules.tokens().equals(BytePairSplitting.OPTION)) {
      BytePairVocabulary joins = joins(texts, rules.merges());
      WordVocabulary parts = parts(texts, joins, rules, name);
      return new TextCodec(new BytePairSplitting(joins, Set.copyOf(parts.tokens())), parts);
    }
    Splitting splitting =
        rules.tokens().equals(PlainSplitting.WORDS.option())
            ? PlainSplitting.WORDS
            : PlainSplitting.CHARACTERS;
    return new TextCodec(splitting, counted(texts, splitting, rules, name));
  }

  private static BytePairVocabulary joins(List<String> texts, int merges) {
    BytePairVocabulary.Counter counter = new BytePairVocabulary.Counter();
    texts.forEach(text -> counter.add(BytePairSplitting.spaced(text)));
    return counter.vocabulary(BYTES + merges);
  }

  /**
   * The bytes of the text, so that new words of its letters are known, and its most frequent
   * subwords. Bytes that the text lacks have no id: nothing would be learned about them, and an
   * unknown token of an output can be replaced by one of the source.
   */
  private static WordVocabulary parts(
      List<String> texts, BytePairVocabulary joins, Rules rules, String name) {
    Map<String, Long> counts =
        joins.frequentParts(
            texts.stream().map(BytePairSplitting::spaced).toList(), rules.minimumFrequency());
    Predicate<String> isByte = part -> part.codePointCount(0, part.length()) == 1;
    long needed = counts.keySet().stream().filter(isByte).count() + SPECIAL;
    if (needed > rules.vocabulary()) {
      throw new InvalidOptionException(
          formatted(
              "--vocabulary expected at least %d, for each byte that the %s have and two more, but got %d",
              needed, name, rules.vocabulary()));
    }
    Comparator<String> frequentFirst =
        Comparator.comparing((String part) -> -counts.getOrDefault(part, 0L))
            .thenComparing(Comparator.naturalOrder());
    Stream<String> frequent =
        counts.keySet().stream()
            .filter(isByte.negate())
            .sorted(frequentFirst)
            .limit(rules.vocabulary() - needed);
    List<String> tokens =
        Stream.concat(counts.keySet().stream().filter(isByte), frequent)
            .sorted(frequentFirst)
            .toList();
    return WordVocabulary.ofTokens(
        Stream.concat(Stream.of(WordVocabulary.UNKNOWN, WordVocabulary.END), tokens.stream())
            .toList());
  }

  private static WordVocabulary counted(
      List<String> texts, Splitting splitting, Rules rules, String name) {
    WordVocabulary.Counter counter = new WordVocabulary.Counter();
    texts.forEach(text -> counter.add(splitting.split(text)));
    WordVocabulary vocabulary = counter.vocabulary(rules.minimumFrequency(), rules.vocabulary());
    if (vocabulary.size() == SPECIAL) {
      throw new ComportaException(
          formatted(
              "[vocabulary] expected tokens that the %s have %,d times or more but there is none among %,d; lower --minimum-frequency",
              name, rules.minimumFrequency(), counter.different()));
    }
    return vocabulary;
  }

  /**
   * The tokens of a text, unknown ones as they are, without the end.
   *
   * @param text one sentence
   * @return its tokens
   */
  public List<String> tokens(String text) {
    return WordVocabulary.split(splitting.split(text));
  }

  /**
   * Whether a text has only white space, no-break spaces included.
   *
   * @param text any text
   * @return true if it has nothing that could be read
   */
  public static boolean isBlank(String text) {
    return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  /**
   * The ids of a text.
   *
   * @param text one sentence
   * @return the id of each token, and that of the end
   */
  public int[] ids(String text) {
    return vocabulary.sentence(splitting.split(text));
  }

  /**
   * The text of tokens.
   *
   * @param tokens in order
   * @return one sentence
   */
  public String text(List<String> tokens) {
    return splitting.join(tokens);
  }

  /**
   * The token of an id.
   *
   * @param id 0 to V - 1
   * @return the token
   */
  public String token(int id) {
    return vocabulary.tokens().get(id);
  }

  /**
   * The id that ends a sentence, and begins one in a decoder.
   *
   * @return the id
   */
  public int end() {
    return vocabulary.end();
  }

  /**
   * The id of tokens that the vocabulary lacks.
   *
   * @return the id
   */
  public int unknown() {
    return vocabulary.unknown();
  }

  /**
   * The token of an id in readable characters, for pictures.
   *
   * @param id 0 to V - 1
   * @return the token
   */
  public String shown(int id) {
    return splitting.shown(token(id));
  }
}
