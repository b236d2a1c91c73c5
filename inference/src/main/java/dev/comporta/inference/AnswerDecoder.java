package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Answers from a decoder that reads a question and attends to places: the sentences of a story, or
 * the positions of an image.
 *
 * @param model the model
 * @param answers the labels of its outputs
 * @param task whose messages these are
 * @param place what the decoder attends to, such as {@code sentence}
 * @param rule which layers give the right number of outputs, for messages
 */
record AnswerDecoder(
    LoadedModel model, List<String> answers, String task, String place, String rule) {
  /** The questions that run together. */
  private static final int BATCH = 64;

  /** An answer, with the weights of the places at each timestep, for each name of weights. */
  record Answered(Classification answer, List<float[]> attention) {}

  /**
   * Answers one question.
   *
   * @param batch the question and what it is about
   * @param timesteps at which there are weights
   * @param weights the names of the attention weights; none without attention
   * @param places that it attends to
   */
  Answered answer(Batch batch, int timesteps, List<String> weights, int places) {
    List<float[]> attention = new ArrayList<>();
    float[] logits =
        model.with(runner -> {
          if (weights.isEmpty()) {
            return runner.predict(batch, runner.newCarry(1));
          }
          var observed = runner.observe(batch, runner.newCarry(1), weights.toArray(String[]::new));
          for (String name : weights) {
            float[] all = Objects.requireNonNull(observed.values().get(name));
            require(all.length, (long) timesteps * places, "a weight for each " + place);
            for (int t = 0; t < timesteps; t++) {
              attention.add(Arrays.copyOfRange(all, t * places, (t + 1) * places));
            }
          }
          return observed.output();
        });
    require(logits.length, answers.size(), "one output for a question");
    return new Answered(
        new Classification(LabelReader.ranked(answers, logits, 0, false)), attention);
  }

  /**
   * Answers questions, several at a time, each with the same bits as if it were asked for alone.
   */
  <Q> List<Classification> answerAll(List<Q> asked, Function<List<Q>, Batch> batches) {
    List<Classification> all = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += BATCH) {
      List<Q> some = asked.subList(from, Math.min(from + BATCH, asked.size()));
      Batch batch = batches.apply(some);
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
              "[%s] expected %s, %d numbers, but the layers of %s give %d; %s",
              task, what, expected, model.name(), found, rule));
    }
  }
}
