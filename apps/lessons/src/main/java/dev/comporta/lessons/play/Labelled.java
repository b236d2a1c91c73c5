package dev.comporta.lessons.play;

import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;

/**
 * A batch with its labels.
 *
 * @param batch the input, which carries the labels for training
 * @param labels the class of each output, {@code [T, B]}; -1 where none counts
 */
@SuppressWarnings("ArrayRecordComponent") // shared with the batch
public record Labelled(Batch batch, int[] labels) {
  /** Adds labels to an input; an input that is pooled over time has one label for each row. */
  public static Labelled of(Batch input, int... labels) {
    Ids ids = new Ids(labels.length / input.batch(), input.batch(), labels);
    return new Labelled(input.labels(ids), labels);
  }

  /** The share of labels that a model gives. */
  public double accuracy(Net net) {
    int[] answers = net.answers(batch);
    int counted = 0;
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        counted++;
        right += answers[i] == labels[i] ? 1 : 0;
      }
    }
    return (double) right / counted;
  }
}
