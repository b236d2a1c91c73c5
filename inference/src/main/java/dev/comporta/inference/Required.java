package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.layer.Layer;
import dev.comporta.cells.layers.EmbeddingLayer;
import java.util.List;

/** What several kinds of models must have. */
final class Required {
  private Required() {}

  /** Refuses layers that do not read the ids of a vocabulary of so many tokens. */
  static void ids(String what, List<Layer> layers, int tokens) {
    if (!(layers.getFirst() instanceof EmbeddingLayer embedding)
        || embedding.vocabulary() != tokens) {
      throw new ComportaException(
          formatted(
              "[model] expected %s to begin with an embedding of its %d tokens but it begins with %s; the file is inconsistent",
              what,
              tokens,
              layers.getFirst() instanceof EmbeddingLayer embedding
                  ? formatted("one of %d", embedding.vocabulary())
                  : "another layer"));
    }
  }
}
