package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.TextTokens;

/** The tokens of texts that a model reads: characters, byte pairs or words. */
public final class StoredText {
  private StoredText() {}

  /**
   * {@return the tokens that a model file holds}
   *
   * @param file the content of the file
   * @param from the name of the file, for messages
   * @throws ComportaException if there are none
   */
  public static TextTokens of(ModelFile file, String from) {
    for (Vocabulary kept : file.vocabularies()) {
      TextTokens tokens = TextTokens.of(kept.kind(), kept.tokens());
      if (tokens != null) {
        return tokens;
      }
    }
    throw new ComportaException(
        formatted(
            "[model] expected characters, byte pairs or words in %s but it has none; it is not a language model",
            from));
  }

  /**
   * {@return what a model file holds}
   *
   * @param tokens the tokens
   */
  public static Vocabulary stored(TextTokens tokens) {
    return new Vocabulary("text", tokens.kind(), tokens.stored());
  }
}
