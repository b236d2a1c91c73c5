package dev.comporta.inference;

import java.util.List;

/**
 * The translations that were found for a sentence.
 *
 * @param outputs the best first, one or more; one empty text for a blank sentence
 * @param scores the score of each, by which they are ranked
 */
public record TranslatedText(List<String> outputs, List<Double> scores) {
  /** Copies the lists. */
  public TranslatedText {
    outputs = List.copyOf(outputs);
    scores = List.copyOf(scores);
  }

  /** {@return the best translation} */
  public String text() {
    return outputs.getFirst();
  }
}
