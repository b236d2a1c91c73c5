package dev.comporta.inference.content;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.WordVocabulary;
import java.util.List;
import java.util.Map;

/**
 * How a model reads questions about images. The words are a vocabulary of the file, the number is
 * among its metrics. Words are split as in {@linkplain StoredStories#split stories}.
 *
 * @param words of questions
 * @param hops timesteps after the question at which the model looks at the image once more
 */
public record StoredQuestions(WordVocabulary words, int hops) {
  private static final String KIND = "question-words";

  /**
   * {@return the ids of a question, then the end as often as the model looks once more}
   *
   * @param question the question
   */
  public int[] question(String question) {
    return StoredStories.question(question, words, hops);
  }

  /**
   * {@return the words of a question that the model does not know, each once}
   *
   * @param question the question
   */
  public List<String> unknown(String question) {
    return StoredStories.split(question).stream()
        .filter(word -> words.id(word) == words.unknown())
        .distinct()
        .toList();
  }

  /** {@return the vocabulary to store in a model file} */
  public Vocabulary stored() {
    return new Vocabulary("question", KIND, words.tokens());
  }

  /** {@return the number to store in a model file, by name} */
  public Map<String, Double> constants() {
    return Map.of(StoredStories.HOPS, (double) hops);
  }

  /**
   * {@return whether a file has words of questions}
   *
   * @param file the content of the file
   */
  public static boolean isIn(ModelFile file) {
    return StoredParts.tokens(file, KIND).isPresent();
  }

  /**
   * {@return how the model in a file reads questions}
   *
   * @param file the content of the file
   * @param name what messages call it
   * @throws ComportaException if it does not answer questions about images, or the number is out of
   *     range
   */
  public static StoredQuestions of(ModelFile file, String name) {
    WordVocabulary words =
        StoredParts.tokens(file, KIND)
            .map(WordVocabulary::ofTokens)
            .orElseThrow(() ->
                new ComportaException(
                    formatted(
                        "[questions] expected a model that answers questions about images but %s has no words of questions; use a model of the task questions",
                        name)));
    return new StoredQuestions(
        words, StoredStories.whole(file, StoredStories.HOPS, 0, StoredStories.MOST_HOPS, name));
  }
}
