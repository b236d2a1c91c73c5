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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
  /** The questions that run together. */
  private static final int BATCH = 64;

  private final LoadedModel model;
  private final StoredStories stories;
  private final List<String> answers;
  private final @Nullable String weights;

  /** Checks that the file holds a model that answers questions. */
  QuestionAnswerer(LoadedModel model) {
    SequenceModel network = model.network();
    this.model = model;
    this.stories = StoredStories.of(model.content(), model.name());
    this.answers = StoredLabels.of(model.content());
    this.weights = AttentionDecoderLayer.weights(network);
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
    List<float[]> attention = new ArrayList<>();
    float[] logits =
        model.with(runner -> {
          if (weights == null) {
            return runner.predict(batch, runner.newCarry(1));
          }
          var observed = runner.observe(batch, runner.newCarry(1), weights);
          float[] all = Objects.requireNonNull(observed.values().get(weights));
          require(all.length, ids.length * read.size(), "a weight for each sentence");
          for (int t = 0; t < ids.length; t++) {
            attention.add(Arrays.copyOfRange(all, t * read.size(), (t + 1) * read.size()));
          }
          return observed.output();
        });
    require(logits.length, answers.size(), "one output for a question");
    return new StoryAnswer(
        new Classification(LabelReader.ranked(answers, logits, 0, false)),
        read,
        Arrays.stream(ids).mapToObj(stories.words().tokens()::get).toList(),
        attention);
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
    List<Classification> all = new ArrayList<>();
    for (int from = 0; from < questions.size(); from += BATCH) {
      List<StoryQuestion> some = questions.subList(from, Math.min(from + BATCH, questions.size()));
      Batch batch = batch(some);
      float[] logits = model.with(runner -> runner.predict(batch, runner.newCarry(some.size())));
      for (int row = 0; row < some.size(); row++) {
        all.add(
            new Classification(LabelReader.ranked(answers, logits, row * answers.size(), false)));
      }
    }
    return all;
  }

  private void require(int found, int expected, String what) {
    if (found != expected) {
      throw new ComportaException(
          formatted(
              "[answer] expected %s, %d numbers, but the layers of %s give %d; the encoder must make a timestep of the %d words of each sentence, and the decoder end with pool-time",
              what, expected, model.name(), found, stories.sentenceWords()));
    }
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
      asked.add(stories.question(question.question()));
      told.add(
          stories.read(question.story()).stream()
              .map(stories::sentence)
              .flatMapToInt(Arrays::stream)
              .toArray());
    }
    int rows = questions.size();
    return Batch.ofSequences(asked, rows).source(Batch.ofSequences(told, rows));
  }
}
