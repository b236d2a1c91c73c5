package dev.comporta.training.metrics;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import org.apiguardian.api.API;

/**
 * A loss of labels that also counts where the label has the largest score: what a model of classes
 * gets right, found in the pass that measures its loss. Padding and negative labels do not count;
 * of equal scores the first is the answer. It looks at all scores, so a head that could leave some
 * out computes them all. Not for use by several threads.
 *
 * <p>{@link ConfusionMatrix} says more, and takes the square of the number of classes in memory.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Accuracy implements Loss {
  private final Loss loss;
  private long right;
  private long total;

  /**
   * Counts beside a loss.
   *
   * @param loss what is measured, of labels {@code [T, B]}
   */
  public Accuracy(Loss loss) {
    this.loss = loss;
  }

  @Override
  public Value of(Tensor prediction, Target target) {
    Value value = loss.of(prediction, target); // refuses what does not fit
    Shape shape = prediction.shape(); // [T, B, C]
    int classes = shape.size(2);
    Ids labels = target.labels();
    int[] lengths = target.lengths();
    float[] scores = prediction.toArray();
    for (int i = 0; i < labels.count(); i++) {
      int label = labels.values()[i];
      if (label >= 0 && (lengths == null || i / labels.batch() < lengths[i % labels.batch()])) {
        total++;
        right += Scores.largest("accuracy", scores, i, classes) == label ? 1 : 0;
      }
    }
    return value;
  }

  /**
   * The number of answers.
   *
   * @return all that were counted
   */
  public long total() {
    return total;
  }

  /**
   * The part of the answers that is right.
   *
   * @return between 0 and 1; 0 if there are no answers
   */
  public double value() {
    return total == 0 ? 0 : (double) right / total;
  }
}
