package dev.comporta.inference;

import java.util.List;

/**
 * The answer to a question about a story, and the attention of the model to its sentences.
 *
 * @param answer all answers that the model knows, the most likely first
 * @param sentences the sentences that it read: the last ones of a long story
 * @param steps the words of the question as it read them, then the end token for each hop
 * @param attention the weights of the sentences at each step, {@code [steps, sentences]}; the
 *     answer is the output of the last step; empty for a model without attention
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
