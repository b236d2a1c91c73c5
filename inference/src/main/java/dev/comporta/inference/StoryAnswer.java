package dev.comporta.inference;

import java.util.List;

/**
 * The answer to a question about a story, and what the model looked at to find it.
 *
 * @param answer all answers that the model knows, the most likely first
 * @param sentences the sentences that it read: the last ones of a long story
 * @param steps the words of the question as it read them, then the end for each further look
 * @param attention the weights of the sentences at each step, {@code [steps, sentences]}
 */
public record StoryAnswer(
    Classification answer, List<String> sentences, List<String> steps, List<float[]> attention) {
  /** Copies the lists. */
  public StoryAnswer {
    sentences = List.copyOf(sentences);
    steps = List.copyOf(steps);
    attention = List.copyOf(attention);
  }
}
