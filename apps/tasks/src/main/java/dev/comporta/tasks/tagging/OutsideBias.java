package dev.comporta.tasks.tagging;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.tags.BioTags;
import dev.comporta.training.tags.LinearChain;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses how readily a tagger marks spans. Trained on rare spans, a model proposes few of them,
 * most of which are right: its likelihood is best then, but not its F1 (Lipton et al. 2014,
 * <i>Optimal Thresholding of Classifiers to Maximize F1 Measure</i>). The bias of the tag O is
 * lowered by what gives the best F1 of exact spans on held-out sentences.
 *
 * @param lowered what was subtracted from the bias
 * @param before the F1 on the held-out sentences before
 * @param after the F1 on the same sentences now
 */
record OutsideBias(double lowered, double before, double after) {
  /** What is tried: from {@link #LEAST} in {@link #STEPS} steps of {@link #STEP}. */
  private static final double LEAST = -2;

  private static final double STEP = 0.25;
  private static final int STEPS = 32;

  /**
   * Changes the bias of a model.
   *
   * @param model whose last layer is {@code crf}; changed
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
    int unchanged = (int) Math.round(-LEAST / STEP);
    int best = unchanged;
    for (int step = 0; step <= STEPS; step++) {
      if (tried[step].f1() > tried[best].f1()) {
        best = step;
      }
    }
    OutsideBias chosen =
        new OutsideBias(LEAST + best * STEP, tried[unchanged].f1(), tried[best].f1());
    Parameters parameters = model.parameters();
    String name = formatted("layers.%d.b", model.layers().size() - 1);
    float[] bias = parameters.copy(name);
    bias[labels.indexOf(BioTags.OUTSIDE)] -= (float) chosen.lowered;
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
      lower(scores, labels, LEAST);
      for (SpanCounts counts : tried) {
        int[] best = new LinearChain(scores, classes, allowed).best();
        List<String> found = new ArrayList<>();
        for (int label : best) {
          found.add(labels.get(label));
        }
        counts.add(spans, BioTags.spans(found));
        lower(scores, labels, STEP);
      }
    }
  }

  /** Lowers the score of the tag O, at the start and after each tag; the end has none. */
  private static void lower(float[] scores, List<String> labels, double by) {
    int classes = labels.size();
    int outside = labels.indexOf(BioTags.OUTSIDE);
    for (int at = 0; at < scores.length; at += classes) {
      if (at / classes % (classes + 2) <= classes) {
        scores[at + outside] -= (float) by;
      }
    }
  }

  /** In words, for the log. */
  String text() {
    return formatted(
        "the bias of the tag O is lowered by %.2f: the F1 of the held-out part was %.2f %% and is %.2f %%",
        lowered, 100 * before, 100 * after);
  }
}
