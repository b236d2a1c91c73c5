package dev.comporta.tasks.tagging;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.layers.CrfLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.tags.BioTags;
import dev.comporta.training.tags.LinearChain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses how readily a tagger marks spans. A model that was trained on rare spans proposes too few
 * for the best F1, because it maximises the likelihood (Lipton et al. 2014, <i>Optimal Thresholding
 * of Classifiers to Maximize F1 Measure</i>). The bias of the tag O is changed by the amount with
 * the best F1 of exact spans on held-out sentences.
 *
 * @param change what was added to the bias
 * @param before the F1 on the held-out sentences before
 * @param after the F1 on the same sentences now
 */
record OutsideBias(double change, double before, double after) {
  /** The changes that are tried: from {@link #MOST} down in {@link #STEPS} steps. */
  private static final double MOST = 2;

  private static final double STEP = 0.25;
  private static final int STEPS = 32;

  /** Requires a last layer that has the bias. */
  static void require(SequenceModel model) {
    if (!(model.layers().getLast() instanceof CrfLayer)) {
      throw new InvalidOptionException(
          "--outside-bias f1 expected a model whose last layer is crf but it has another; use --outside-bias trained");
    }
  }

  /**
   * Changes the bias of a model.
   *
   * @param model that {@link #require} allows; changed
   * @param runner of the model
   * @param examples with a tag for each word, which the model was not trained on
   * @param labels the tags, which mark spans
   */
  static OutsideBias apply(
      SequenceModel model, ModelRunner runner, ChunkSource examples, List<String> labels) {
    SpanCounts[] tried = new SpanCounts[STEPS + 1];
    for (int step = 0; step <= STEPS; step++) {
      tried[step] = new SpanCounts();
    }
    for (int chunk = 0; chunk < examples.chunks(); chunk++) {
      add(runner, examples.batch(0, chunk), labels, tried);
    }
    int unchanged = (int) Math.round(MOST / STEP);
    int best = unchanged;
    for (int step = 0; step <= STEPS; step++) {
      if (tried[step].f1() > tried[best].f1()) {
        best = step;
      }
    }
    OutsideBias chosen =
        new OutsideBias(MOST - best * STEP, tried[unchanged].f1(), tried[best].f1());
    Parameters parameters = model.parameters();
    String name = formatted("layers.%d.b", model.layers().size() - 1);
    float[] bias = parameters.copy(name);
    bias[labels.indexOf(BioTags.OUTSIDE)] += (float) chosen.change;
    parameters.set(name, parameters.get(name).shape(), bias);
    parameters.changed();
    return chosen;
  }

  /** Counts the spans that each bias finds in a batch. */
  private static void add(
      ModelRunner runner, Batch batch, List<String> labels, SpanCounts[] tried) {
    Ids wanted = batch.labels();
    if (wanted == null) {
      throw new IllegalStateException("examples without tags");
    }
    int rows = batch.batch();
    int classes = labels.size();
    int width = classes * (classes + 2);
    int outside = labels.indexOf(BioTags.OUTSIDE);
    boolean[] allowed = BioTags.allowed(labels);
    float[] all = runner.predict(batch, runner.newCarry(rows));
    for (int row = 0; row < rows; row++) {
      List<String> actual = new ArrayList<>();
      for (int at = row; at < wanted.count() && wanted.values()[at] >= 0; at += rows) {
        actual.add(labels.get(wanted.values()[at]));
      }
      if (actual.isEmpty()) {
        continue;
      }
      float[] scores = new float[actual.size() * width];
      for (int t = 0; t < actual.size(); t++) {
        System.arraycopy(all, (t * rows + row) * width, scores, t * width, width);
      }
      List<BioTags.Span> spans = BioTags.spans(actual);
      LinearChain chain = new LinearChain(scores, classes, allowed);
      chain.raise(outside, MOST);
      for (SpanCounts counts : tried) {
        List<String> found = Arrays.stream(chain.best()).mapToObj(labels::get).toList();
        counts.add(spans, BioTags.spans(found));
        chain.raise(outside, -STEP);
      }
    }
  }

  /** In words, for the log. */
  String text() {
    return formatted(
        "added %.2f to the bias of the tag O: the F1 of the held-out part was %.2f %% and is %.2f %%",
        change, 100 * before, 100 * after);
  }
}
