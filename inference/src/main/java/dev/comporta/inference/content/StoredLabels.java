package dev.comporta.inference.content;

import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import java.util.List;

/**
 * The labels of a model that labels timesteps or classifies sequences; a label's id is its index.
 */
public final class StoredLabels {
  private static final String KIND = "labels";

  private StoredLabels() {}

  /**
   * {@return the labels that a model file holds; empty if it has none}
   *
   * @param file the content of the file
   */
  public static List<String> of(ModelFile file) {
    return StoredParts.tokens(file, KIND).orElse(List.of());
  }

  /**
   * {@return what a model file holds}
   *
   * @param labels the labels, all distinct
   */
  public static Vocabulary stored(List<String> labels) {
    return new Vocabulary(KIND, KIND, labels);
  }
}
