package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredQuestions;
import dev.comporta.inference.content.StoredStories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A model that answers questions about an image with one word each: convolutions read the image, a
 * decoder reads the question and attends to positions of the image. Any number of threads may use
 * it at once. Images are those of a {@link Captioner}.
 */
public final class ImageQuestionAnswerer {
  /** So many questions run together. */
  private static final int BATCH = 50;

  private final LoadedModel model;
  private final StoredQuestions questions;
  private final List<String> answers;
  private final ImageEncoder encoder;

  /** Checks that the file holds a model that answers questions about images. */
  ImageQuestionAnswerer(LoadedModel model) {
    SequenceModel network = model.network();
    this.model = model;
    this.questions = StoredQuestions.of(model.content(), model.name());
    this.answers = StoredLabels.of(model.content());
    this.encoder = new ImageEncoder(network);
    if (!encoder.readsImages() || answers.isEmpty() || network.outputSize() != answers.size()) {
      throw new ComportaException(
          formatted(
              "[questions] expected an encoder of square pictures in %d colours and an output for each of the %d answers of %s but it has '%s' with %d; the file is inconsistent",
              Captioner.CHANNELS,
              answers.size(),
              model.name(),
              network.spec().name(),
              network.outputSize()));
    }
    Required.ids("a decoder of questions", network.layers(), questions.words().size());
    int side = encoder.side();
    answer(new float[Captioner.CHANNELS * side * side], "a b"); // shows whether there is one output
  }

  /** {@return the answers that the model knows} */
  public List<String> answers() {
    return answers;
  }

  /** {@return the number of pixels on a side of an image} */
  public int side() {
    return encoder.side();
  }

  /** {@return whether the decoder attends to positions of the image} */
  public boolean hasAttention() {
    return encoder.hasAttention();
  }

  /** {@return the number of rows of positions that the decoder attends to; 0 without attention} */
  public int rows() {
    return encoder.rows();
  }

  /** {@return the number of columns of positions; 0 without attention} */
  public int columns() {
    return encoder.columns();
  }

  /**
   * {@return the words of a question that the model does not know and reads as {@code <unk>}, each
   * once}
   *
   * @param question the question
   */
  public List<String> unknown(String question) {
    return questions.unknown(question);
  }

  /**
   * Answers a question about an image.
   *
   * @param image intensities from 0 to 255 {@code [3, side, side]}
   * @param question one word or more
   * @return the answer, and the weights of the positions of the image
   * @throws ComportaException if the image has another size, an intensity is out of range, or the
   *     question has no word
   */
  public ImageAnswer answer(float[] image, String question) {
    Batch batch = batch(List.of(new ImageQuestion(image, question)));
    int[] ids = questions.question(question);
    List<float[]> attention = new ArrayList<>();
    float[] logits =
        model.with(runner -> {
          String weights = encoder.weights();
          if (weights == null || !encoder.hasAttention()) {
            return runner.predict(batch, runner.newCarry(1));
          }
          var observed = runner.observe(batch, runner.newCarry(1), weights);
          float[] all = Objects.requireNonNull(observed.values().get(weights));
          int places = encoder.places();
          require(all.length, (long) ids.length * places, "a weight for each position");
          for (int t = 0; t < ids.length; t++) {
            attention.add(Arrays.copyOfRange(all, t * places, (t + 1) * places));
          }
          return observed.output();
        });
    require(logits.length, answers.size(), "one output for a question");
    return new ImageAnswer(
        new Classification(LabelReader.ranked(answers, logits, 0, false)),
        Arrays.stream(ids).mapToObj(questions.words().tokens()::get).toList(),
        attention);
  }

  /**
   * Answers questions, several at a time. Each answer has the same bits as if it were asked for
   * alone.
   *
   * @param asked the questions
   * @return the answers to each, the most likely first
   * @throws ComportaException as {@link #answer}
   */
  public List<Classification> answerAll(List<ImageQuestion> asked) {
    List<Classification> all = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += BATCH) {
      List<ImageQuestion> some = asked.subList(from, Math.min(from + BATCH, asked.size()));
      Batch batch = batch(some);
      float[] logits = model.with(runner -> runner.predict(batch, runner.newCarry(some.size())));
      for (int row = 0; row < some.size(); row++) {
        all.add(
            new Classification(LabelReader.ranked(answers, logits, row * answers.size(), false)));
      }
    }
    return all;
  }

  private void require(long found, long expected, String what) {
    if (found != expected) {
      throw new ComportaException(
          formatted(
              "[questions] expected %s, %d numbers, but the layers of %s give %d; the decoder must end with pool-time",
              what, expected, model.name(), found));
    }
  }

  private Batch batch(List<ImageQuestion> some) {
    List<int[]> ids = new ArrayList<>();
    for (ImageQuestion it : some) {
      if (StoredStories.split(it.question()).isEmpty()) {
        throw new ComportaException(
            "[questions] expected a question of 1 word or more but it has none");
      }
      ids.add(questions.question(it.question()));
    }
    return Batch.ofSequences(ids, some.size())
        .source(encoder.batch("questions", some.stream().map(ImageQuestion::image).toList()));
  }
}
