package dev.comporta.training.metrics;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.Target;
import org.apiguardian.api.API;

/**
 * Wraps a loss of labels and measures accuracy in the same pass: the fraction of labels with the
 * largest score. Padding and negative labels are ignored; in a tie the first class is the
 * prediction. It needs all scores, so a head that could otherwise skip some (such as an adaptive
 * softmax) computes them all. Not thread-safe.
 *
 * <p>{@link ConfusionMatrix} gives more detail, but its size is the square of the number of
 * classes.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Accuracy implements Loss {
  private final Loss loss;
  private long right;
  private long total;

  /**
   * Wraps a loss.
   *
   * @param loss a loss of labels {@code [T, B]}
   */
  public Accuracy(Loss loss) {
    this.loss = loss;
  }

  @Override
  public Value of(Tensor prediction, Target target) {
    Value value = loss.of(prediction, target); // also checks the shapes
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
   * The number of predictions counted so far.
   *
   * @return 0 or more
   */
  public long total() {
    return total;
  }

  /**
   * The fraction of correct predictions.
   *
   * @return between 0 and 1; 0 if there are no predictions
   */
  public double value() {
    return total == 0 ? 0 : (double) right / total;
  }
}
