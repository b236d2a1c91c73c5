package dev.comporta.tasks.labels;

import dev.comporta.training.metrics.ConfusionMatrix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts which label was taken for which. Not thread-safe. */
public abstract class Confusion {
  private final List<String> labels;
  private final Map<String, Integer> ids = new HashMap<>();
  private final ConfusionMatrix matrix;

  /**
   * Starts without counts.
   *
   * @param labels all labels, each once; not copied
   */
  protected Confusion(List<String> labels) {
    this.labels = labels;
    labels.forEach(label -> ids.put(label, ids.size()));
    this.matrix = new ConfusionMatrix(labels.size());
  }

  /**
   * Counts a label of the data and what was predicted.
   *
   * @param actual one of the labels
   * @param predicted one of the labels
   */
  protected final void add(String actual, String predicted) {
    matrix.add(ids.getOrDefault(actual, -1), ids.getOrDefault(predicted, -1));
  }

  /** {@return the labels} */
  public final List<String> labels() {
    return labels;
  }

  /** {@return the counts, by the numbers of the labels} */
  public final ConfusionMatrix matrix() {
    return matrix;
  }
}
