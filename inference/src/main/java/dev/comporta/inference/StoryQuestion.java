package dev.comporta.inference;

import java.util.List;

/**
 * A question about a story.
 *
 * @param story the sentences before the question, one or more
 * @param question the question
 */
public record StoryQuestion(List<String> story, String question) {
  /** Copies the list. */
  public StoryQuestion {
    story = List.copyOf(story);
  }
}
