package dev.comporta.inference.content;

import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.WordVocabulary;
import org.jspecify.annotations.Nullable;

/** The words of captions. */
public final class StoredCaptionWords {
  private static final String KIND = "caption-words";

  private StoredCaptionWords() {}

  /**
   * {@return the words that a model file holds; null if it has none}
   *
   * @param file the content of the file
   */
  public static @Nullable WordVocabulary of(ModelFile file) {
    return StoredParts.tokens(file, KIND).map(WordVocabulary::ofTokens).orElse(null);
  }

  /**
   * {@return what a model file holds}
   *
   * @param words the words
   */
  public static Vocabulary stored(WordVocabulary words) {
    return new Vocabulary("caption", KIND, words.tokens());
  }
}
