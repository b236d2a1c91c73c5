package dev.comporta.inference;

import dev.comporta.attention.decoding.Hypothesis;
import java.util.List;

/**
 * The captions that were found for an image or a clip.
 *
 * @param texts of each hypothesis, the best first
 * @param hypotheses with their scores, log-probabilities and attention
 */
public record ImageCaption(List<String> texts, List<Hypothesis> hypotheses) {
  /** Copies the lists. */
  public ImageCaption {
    texts = List.copyOf(texts);
    hypotheses = List.copyOf(hypotheses);
  }

  /** {@return the best caption} */
  public String text() {
    return texts.getFirst();
  }
}
