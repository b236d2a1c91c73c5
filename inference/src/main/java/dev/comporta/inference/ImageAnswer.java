package dev.comporta.inference;

import java.util.List;

/**
 * The answer to a question about an image, and where the model looked to find it.
 *
 * @param answer all answers that the model knows, the most likely first
 * @param steps the words of the question as it read them, then the end for each further look
 * @param attention the weights of the positions at each step, {@code [steps, rows * columns]}, row
 *     by row from the top; empty without attention
 */
public record ImageAnswer(
    Classification answer, List<String> steps, List<float[]> attention) {
  /** Copies the lists. */
  public ImageAnswer {
    steps = List.copyOf(steps);
    attention = List.copyOf(attention);
  }
}
