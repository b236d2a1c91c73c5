package dev.comporta.tasks.translation;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Text as ids and back, for the source or the target of a translation.
 *
 * @param splitting what its tokens are
 * @param vocabulary which tokens are known
 */
@API(status = API.Status.EXPERIMENTAL)
public record Side(Splitting splitting, WordVocabulary vocabulary) {
  private static final String KIND = "translation-";

  /**
   * The tokens of a text, unknown ones as they stand.
   *
   * @param text one sentence
   * @return its tokens
   */
  public List<String> tokens(String text) {
    String split = splitting.split(text);
    return split.isEmpty() ? List.of() : Arrays.asList(split.split("\\s+"));
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
    return vocabulary.id(WordVocabulary.END);
  }

  /**
   * The id of tokens that the vocabulary lacks.
   *
   * @return the id
   */
  public int unknown() {
    return vocabulary.id(WordVocabulary.UNKNOWN);
  }

  Vocabulary forFile(String name) {
    return new Vocabulary(name, KIND + splitting.option(), vocabulary.tokens());
  }

  static Side of(ModelFile file, String name, String from) {
    for (Vocabulary vocabulary : file.vocabularies()) {
      for (Splitting splitting : Splitting.values()) {
        if (vocabulary.name().equals(name) && vocabulary.kind().equals(KIND + splitting.option())) {
          return new Side(splitting, WordVocabulary.ofTokens(vocabulary.tokens()));
        }
      }
    }
    throw new ComportaException(
        "[translate] %s holds no vocabulary of a %s, so it is no model of translation"
            .formatted(from, name));
  }
}
