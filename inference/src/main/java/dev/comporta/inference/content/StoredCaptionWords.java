package dev.comporta.inference.content;

import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of captions, a vocabulary of the file, and the number of frames of the clips that a
 * model captions, which is among its metrics.
 */
public final class StoredCaptionWords {
  /** The most frames that a model reads of a clip. */
  public static final int MOST_FRAMES = 100;

  private static final String KIND = "caption-words";
  private static final String FRAMES = "frames of a clip";

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

  /**
   * {@return the number of frames that a model reads of a clip; 1 for a model that captions images}
   *
   * @param file the content of the file
   * @param name what messages call it
   * @throws dev.comporta.api.ComportaException if the number is out of range
   */
  public static int frames(ModelFile file, String name) {
    return file.metrics().containsKey(FRAMES)
        ? StoredParts.whole(file, FRAMES, 2, MOST_FRAMES, "caption", name)
        : 1;
  }

  /**
   * {@return the number to store in a model file, by name}
   *
   * @param frames of a clip, from 2 to {@link #MOST_FRAMES}
   */
  public static Map<String, Double> constants(int frames) {
    return Map.of(FRAMES, (double) frames);
  }
}
