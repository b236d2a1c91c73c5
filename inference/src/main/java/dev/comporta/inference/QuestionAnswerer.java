package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredStories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model that answers questions about a story with one word each. Any number of threads may use it
 * at once.
 *
 * <pre>{@code
 * try (LoadedModel model = Models.load(file)) {
 *   List<String> story = List.of("Mary moved to the kitchen.", "Mary took the apple.");
 *   System.out.println(model.questionAnswerer().answer(story, "Where is the apple?").answer().label());
 * }
 * }</pre>
 */
public final class QuestionAnswerer {
  private final StoredStories stories;
  private final List<String> answers;
  private final List<String> weights;
  private final AnswerDecoder decoder;

  /** Checks that the file holds a model that answers questions. */
  QuestionAnswerer(LoadedModel model) {
    SequenceModel network = model.network();
    this.stories = StoredStories.of(model.content(), model.name());
    this.answers = StoredLabels.of(model.content());
    String name = AttentionDecoderLayer.weights(network);
    this.weights = name == null ? List.of() : List.of(name);
    if (network.encoder().isEmpty()
        || answers.isEmpty()
        || network.outputSize() != answers.size()) {
      throw new ComportaException(
          formatted(
              "[answer] expected an encoder of stories and an output for each of the %d answers of %s but it has '%s' with %d; the file is inconsistent",
              answers.size(), model.name(), network.spec().name(), network.outputSize()));
    }
    Required.ids("an encoder of stories", network.encoder(), stories.words().size());
    Required.ids("a decoder of questions", network.layers(), stories.words().size());
    this.decoder =
        new AnswerDecoder(
            model,
            answers,
            "answer",
            "sentence",
            formatted(
                "the encoder must make a timestep of every %d words, and the decoder end with pool-time",
                stories.window()));
    answer(List.of("a", "b"), "c"); // checks that there is one timestep for each sentence
  }

  /** {@return the answers that the model knows} */
  public List<String> answers() {
    return answers;
  }

  /**
   * {@return the words of a text that the model does not know and reads as {@code <unk>}, each
   * once}
   *
   * @param text a sentence or a question
   */
  public List<String> unknown(String text) {
    int unknown = stories.words().unknown();
    return StoredStories.split(text).stream()
        .filter(word -> stories.words().id(word) == unknown)
        .distinct()
        .toList();
  }

  /**
   * Answers a question about a story.
   *
   * @param story the sentences before the question, one or more
   * @param question one word or more
   * @return the answer, and the weights of the sentences
   * @throws ComportaException if there is no sentence, or the question has no word
   */
  public StoryAnswer answer(List<String> story, String question) {
    List<String> read = List.copyOf(stories.read(story));
    Batch batch = batch(List.of(new StoryQuestion(read, question)));
    int[] ids = stories.question(question);
    AnswerDecoder.Answered answered = decoder.answer(batch, ids.length, weights, read.size());
    return new StoryAnswer(
        answered.answer(),
        read,
        Arrays.stream(ids).mapToObj(stories.words().tokens()::get).toList(),
        answered.attention());
  }

  /**
   * Answers questions, several at a time. Each answer has the same bits as if it were asked for
   * alone.
   *
   * @param questions the questions
   * @return the answers to each, the most likely first
   * @throws ComportaException if a story has no sentence, or a question no word
   */
  public List<Classification> answerAll(List<StoryQuestion> questions) {
    return decoder.answerAll(questions, this::batch);
  }

  private Batch batch(List<StoryQuestion> questions) {
    List<int[]> asked = new ArrayList<>();
    List<int[]> told = new ArrayList<>();
    for (StoryQuestion question : questions) {
      if (question.story().isEmpty()) {
        throw new ComportaException(
            "[answer] expected a story of 1 sentence or more before the question but got none");
      }
      if (StoredStories.split(question.question()).isEmpty()) {
        throw new ComportaException(
            "[answer] expected a question of 1 word or more but it has none");
      }
      int[] ids = stories.question(question.question());
      asked.add(ids);
      told.add(
          stories.source(
              stories.read(question.story()).stream().map(stories::sentence).toList(), ids));
    }
    int rows = questions.size();
    return Batch.ofSequences(asked, rows).source(Batch.ofSequences(told, rows));
  }
}
