package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Parameter;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.layers.DenseLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.training.data.ChunkSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Calibrates the probabilities of a classifier on held-out examples by temperature scaling (Guo et
 * al. 2017): all logits are divided by the temperature that minimises the negative log-likelihood
 * of the examples. The parameters of the last layer are divided by it, so the labels and the layers
 * of the model stay the same.
 *
 * @param temperature above 1 if the model was too sure
 * @param before the mean negative log-likelihood, in nats
 * @param after the same with the temperature
 */
record Calibration(double temperature, double before, double after) {
  private static final double LEAST = 0.05;
  private static final double MOST = 20;
  private static final int STEPS = 60;

  /** Logits of one example and its label. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(double[] logits, int label) {}

  /** Requires that the last layer can be divided. */
  static void require(SequenceModel model) {
    if (!(model.layers().getLast() instanceof DenseLayer)) {
      throw new InvalidOptionException(
          "--calibrate expected a model whose last layer is dense but it has another; leave the option out");
    }
  }

  /**
   * Finds the temperature of a model and divides its last layer by it.
   *
   * @param model that {@link #require} allows; changed
   * @param runner of the model
   * @param examples with one label each, which the model was not trained on
   */
  static Calibration apply(SequenceModel model, ModelRunner runner, ChunkSource examples) {
    Calibration found = of(answers(runner, examples));
    Parameters parameters = model.parameters();
    String last = formatted("layers.%d.", model.layers().size() - 1);
    for (Parameter parameter : parameters.all()) {
      if (parameter.name().startsWith(last)) {
        float[] values = parameters.copy(parameter.name());
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (values[i] / found.temperature);
        }
        parameters.set(parameter.name(), parameter.shape(), values);
      }
    }
    parameters.changed();
    return found;
  }

  private static List<Answer> answers(ModelRunner runner, ChunkSource examples) {
    List<Answer> answers = new ArrayList<>();
    for (int chunk = 0; chunk < examples.chunks(); chunk++) {
      Batch batch = examples.batch(0, chunk);
      Ids labels = batch.labels();
      if (labels == null) {
        throw new IllegalStateException("examples without labels");
      }
      float[] logits = runner.predict(batch, runner.newCarry(batch.batch()));
      int classes = logits.length / labels.count();
      for (int i = 0; i < labels.count(); i++) {
        if (labels.values()[i] >= 0) {
          double[] own = new double[classes];
          for (int c = 0; c < classes; c++) {
            own[c] = logits[i * classes + c];
          }
          answers.add(new Answer(own, labels.values()[i]));
        }
      }
    }
    return answers;
  }

  /** The temperature of the smallest loss, which is convex in 1 / temperature: golden section. */
  static Calibration of(List<Answer> answers) {
    double ratio = (Math.sqrt(5) - 1) / 2;
    double low = 1 / MOST;
    double high = 1 / LEAST;
    double left = high - ratio * (high - low);
    double right = low + ratio * (high - low);
    double atLeft = loss(answers, left);
    double atRight = loss(answers, right);
    for (int step = 0; step < STEPS; step++) {
      if (atLeft <= atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - ratio * (high - low);
        atLeft = loss(answers, left);
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + ratio * (high - low);
        atRight = loss(answers, right);
      }
    }
    double factor = (low + high) / 2;
    return new Calibration(1 / factor, loss(answers, 1), loss(answers, factor));
  }

  private static double loss(List<Answer> answers, double factor) {
    double sum = 0;
    for (Answer answer : answers) {
      double largest = Double.NEGATIVE_INFINITY;
      for (double logit : answer.logits) {
        largest = Math.max(largest, factor * logit);
      }
      double total = 0;
      for (double logit : answer.logits) {
        total += StrictMath.exp(factor * logit - largest);
      }
      sum += largest + StrictMath.log(total) - factor * answer.logits[answer.label];
    }
    return sum / answers.size();
  }

  /** In words, for the log. */
  String text() {
    return formatted(
        "calibrated with temperature %.4f: the loss of the held-out examples was %.4f nats and is %.4f",
        temperature, before, after);
  }
}
