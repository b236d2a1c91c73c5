package dev.comporta.inference;

import java.util.List;

/**
 * The answer to a question about an image, and the attention of the model to its positions.
 *
 * @param answer all answers that the model knows, the most likely first
 * @param steps the heads, {@code head 1} and so on; for a decoder that attends at each word, the
 *     words of the question as it read them, then the end token for each hop
 * @param attention the weights of the positions at each step, {@code [steps, rows * columns]}, row
 *     by row from the top; empty without attention
 */
public record ImageAnswer(Classification answer, List<String> steps, List<float[]> attention) {
  /** Copies the lists. */
  public ImageAnswer {
    steps = List.copyOf(steps);
    attention = List.copyOf(attention);
  }
}
