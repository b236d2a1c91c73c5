package dev.comporta.tasks.charlm;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.CharacterVocabulary;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/** What a text is cut into, each with an id: every text is its tokens and nothing is lost. */
@API(status = API.Status.EXPERIMENTAL)
public sealed interface TextTokens {
  /** The name of the vocabulary in a model file. */
  String NAME = "text";

  /**
   * The tokens that a model file holds.
   *
   * @param file the content
   * @param from where it was read from, for messages
   * @return its tokens
   * @throws ComportaException if it holds none of these kinds
   */
  static TextTokens of(ModelFile file, String from) {
    for (Vocabulary vocabulary : file.vocabularies()) {
      switch (vocabulary.kind()) {
        case Characters.KIND -> {
          return new Characters(CharacterVocabulary.ofTokens(vocabulary.tokens()));
        }
        case BytePairs.KIND -> {
          return new BytePairs(BytePairVocabulary.ofTokens(vocabulary.tokens()));
        }
        default -> {}
      }
    }
    throw new ComportaException(
        formatted(
            "[char-lm] %s holds no vocabulary of characters or byte pairs, so it is not a text model",
            from));
  }

  /**
   * How many ids there are.
   *
   * @return V
   */
  int size();

  /**
   * What one is called.
   *
   * @return such as {@code character}
   */
  String noun();

  /**
   * The ids of a text.
   *
   * @param text the text
   * @param what what it is, for messages, such as {@code the prompt}
   * @return its ids
   * @throws ComportaException if the text holds what the vocabulary lacks
   */
  int[] encode(String text, String what);

  /**
   * The text of ids.
   *
   * @param ids each from 0 to {@link #size} - 1
   * @return the text
   */
  String decode(int[] ids);

  /**
   * How many characters begin in tokens: what the cost of tokens is divided by to compare it with
   * that of other tokens.
   *
   * @param ids the tokens
   * @param from the first that is looked at
   * @return code points
   */
  long characters(int[] ids, int from);

  /**
   * What a text starts from that has no beginning: a line break where there is one, else the first
   * id.
   *
   * @return an id
   */
  int start();

  /**
   * The vocabulary as a model file holds it.
   *
   * @return named {@link #NAME}
   */
  Vocabulary forFile();

  /**
   * Characters.
   *
   * @param vocabulary which
   */
  @API(status = API.Status.EXPERIMENTAL)
  record Characters(CharacterVocabulary vocabulary) implements TextTokens {
    /** The kind of vocabulary by which a file is known to hold them. */
    public static final String KIND = "characters";

    @Override
    public int size() {
      return vocabulary.size();
    }

    @Override
    public String noun() {
      return "character";
    }

    @Override
    public int[] encode(String text, String what) {
      return vocabulary.encode(text, what);
    }

    @Override
    public String decode(int[] ids) {
      return vocabulary.decode(ids);
    }

    @Override
    public long characters(int[] ids, int from) {
      return (long) ids.length - from;
    }

    @Override
    public int start() {
      return Math.max(0, vocabulary.tokens().indexOf("\n"));
    }

    @Override
    public Vocabulary forFile() {
      return new Vocabulary(NAME, KIND, vocabulary.tokens());
    }
  }

  /**
   * Bytes of UTF-8, the most frequent pairs of them joined, and pairs of these.
   *
   * @param vocabulary which; without joins these are the bytes alone
   */
  @API(status = API.Status.EXPERIMENTAL)
  record BytePairs(BytePairVocabulary vocabulary) implements TextTokens {
    /** The kind of vocabulary by which a file is known to hold them. */
    public static final String KIND = "byte-pairs";

    /** The joins that a text has most use for. */
    static BytePairs learn(String text, int merges) {
      BytePairVocabulary.Counter counter = new BytePairVocabulary.Counter();
      counter.add(text);
      int bytes = BytePairVocabulary.bytes().size();
      return new BytePairs(counter.vocabulary(bytes + Math.min(merges, Integer.MAX_VALUE - bytes)));
    }

    @Override
    public int size() {
      return vocabulary.size();
    }

    @Override
    public String noun() {
      return vocabulary.tokens().isEmpty() ? "byte" : "token";
    }

    @Override
    public int[] encode(String text, String what) {
      return vocabulary.encode(text);
    }

    @Override
    public String decode(int[] ids) {
      return vocabulary.decode(ids);
    }

    @Override
    public long characters(int[] ids, int from) {
      return Arrays.stream(ids, from, ids.length).mapToLong(vocabulary::characters).sum();
    }

    @Override
    public int start() {
      return '\n';
    }

    @Override
    public Vocabulary forFile() {
      return new Vocabulary(NAME, KIND, List.copyOf(vocabulary.tokens()));
    }
  }
}
