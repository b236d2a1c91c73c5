package dev.comporta.tasks.translation;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.List;
import java.util.Set;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Text as ids and back, for the source or the target of a translation.
 *
 * @param splitting what its tokens are
 * @param vocabulary which tokens are known
 */
@API(status = API.Status.EXPERIMENTAL)
public record Side(Splitting splitting, WordVocabulary vocabulary) {
  private static final String KIND = "translation-";
  private static final String JOINS = "-joins";
  private static final String KIND_OF_JOINS = "byte-pairs";

  /**
   * The tokens of a text, one for each id but the end, unknown ones as they stand.
   *
   * @param text one sentence
   * @return its tokens
   */
  public List<String> tokens(String text) {
    return WordVocabulary.split(splitting.split(text));
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
   * The id that ends a sentence, and begins one in the decoder.
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
   * How a picture writes the token of an id.
   *
   * @param id 0 to V - 1
   * @return the token in readable characters
   */
  public String shown(int id) {
    return splitting.shown(token(id));
  }

  /** The vocabularies of this side as a model file holds them: tokens, and the joins if any. */
  List<Vocabulary> forFile(String name) {
    Vocabulary tokens = new Vocabulary(name, KIND + splitting.option(), vocabulary.tokens());
    return splitting instanceof BytePairSplitting pairs
        ? List.of(tokens, new Vocabulary(name + JOINS, KIND_OF_JOINS, pairs.joins().tokens()))
        : List.of(tokens);
  }

  static Side of(ModelFile file, String name, String from) {
    Vocabulary tokens = find(file, name, KIND);
    if (tokens != null) {
      WordVocabulary vocabulary = WordVocabulary.ofTokens(tokens.tokens());
      Vocabulary joins = find(file, name + JOINS, KIND_OF_JOINS);
      switch (tokens.kind().substring(KIND.length())) {
        case "words" -> {
          return new Side(PlainSplitting.WORDS, vocabulary);
        }
        case "characters" -> {
          return new Side(PlainSplitting.CHARACTERS, vocabulary);
        }
        case BytePairSplitting.OPTION -> {
          if (joins != null) {
            return new Side(
                new BytePairSplitting(
                    BytePairVocabulary.ofTokens(joins.tokens()), Set.copyOf(tokens.tokens())),
                vocabulary);
          }
        }
        default -> {}
      }
    }
    throw new ComportaException(
        formatted(
            "[translate] %s holds no vocabulary of a %s, so it is not a translation model",
            from, name));
  }

  private static @Nullable Vocabulary find(ModelFile file, String name, String kind) {
    for (Vocabulary vocabulary : file.vocabularies()) {
      if (vocabulary.name().equals(name) && vocabulary.kind().startsWith(kind)) {
        return vocabulary;
      }
    }
    return null;
  }
}
