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
import java.util.stream.IntStream;

/**
 * A model that answers questions about an image with one word each: convolutions read the image,
 * and recurrent layers read the question. Heads attend to positions of the image after the
 * question, or in models of earlier versions a decoder attends to them at each word. Any number of
 * threads may use it at once. Images are those of a {@link Captioner}.
 */
public final class ImageQuestionAnswerer {
  private final StoredQuestions questions;
  private final List<String> answers;
  private final ImageEncoder encoder;
  private final AnswerDecoder decoder;

  /** Checks that the file holds a model that answers questions about images. */
  ImageQuestionAnswerer(LoadedModel model) {
    SequenceModel network = model.network();
    this.questions = StoredQuestions.of(model.content(), model.name());
    this.answers = StoredLabels.of(model.content());
    this.encoder = new ImageEncoder(network, 1, null);
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
    this.decoder =
        new AnswerDecoder(
            model,
            answers,
            "questions",
            "position",
            encoder.hasHeads()
                ? "pool-time must stand before film-attention"
                : "the decoder must end with pool-time");
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

  /** {@return whether the model attends to positions of the image} */
  public boolean hasAttention() {
    return encoder.hasAttention();
  }

  /** {@return the number of rows of positions that the model attends to; 0 without attention} */
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
    List<String> weights = encoder.weights();
    int timesteps = encoder.hasHeads() ? 1 : ids.length;
    AnswerDecoder.Answered answered =
        decoder.answer(batch, timesteps, weights, weights.isEmpty() ? 0 : encoder.places());
    return new ImageAnswer(
        answered.answer(),
        encoder.hasHeads()
            ? IntStream.rangeClosed(1, weights.size()).mapToObj(head -> "head " + head).toList()
            : Arrays.stream(ids).mapToObj(questions.words().tokens()::get).toList(),
        answered.attention());
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
    return decoder.answerAll(asked, this::batch);
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
