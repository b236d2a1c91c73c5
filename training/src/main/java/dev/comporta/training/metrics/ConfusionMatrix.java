package dev.comporta.training.metrics;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import java.util.function.IntToDoubleFunction;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A confusion matrix: counts of predicted classes for each actual class, and the accuracy,
 * precision, recall and F1 computed from them. Predictions are added one at a time or in batches.
 * Not thread-safe.
 *
 * <pre>
 * precision(c) = right(c) / predicted(c)      recall(c) = right(c) / actual(c)
 * F1(c) = 2 right(c) / (predicted(c) + actual(c))
 * </pre>
 *
 * <p>A quotient 0 / 0 is defined as 0. Macro averages are taken over the classes that occurred or
 * were predicted, as in scikit-learn; micro averages over all classes equal the accuracy.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ConfusionMatrix {
  private static final int MOST_CLASSES = 1 << 15;

  private final int classes;
  private final long[] counts; // [actual, predicted]

  /**
   * Creates a matrix of zeros.
   *
   * @param classes C, the number of classes, 1 to 32768
   * @throws InvalidOptionException if the number is out of range
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new InvalidOptionException(
          formatted(
              "[confusion-matrix] expected 1 to %d classes but got %d", MOST_CLASSES, classes));
    }
    this.classes = classes;
    this.counts = new long[classes * classes];
  }

  /**
   * Adds one prediction.
   *
   * @param actual the actual class
   * @param predicted the predicted class
   * @throws ComportaException if a class is out of range
   */
  public void add(int actual, int predicted) {
    counts[checked("actual", actual) * classes + checked("predicted", predicted)]++;
  }

  private int checked(String which, int label) {
    if (label < 0 || label >= classes) {
      throw new ComportaException(
          formatted(
              "[confusion-matrix] expected a class between 0 and %d but the %s class is %d",
              classes - 1, which, label));
    }
    return label;
  }

  /**
   * Adds the predictions of a batch: at each timestep the class with the largest score. Padding and
   * negative labels are ignored.
   *
   * @param scores {@code [T, B, C]}, such as logits
   * @param labels {@code [T, B]}
   * @param lengths the length of each row, or null if no row is padded
   * @throws ShapeException if the sizes do not match
   * @throws ComportaException if a label is out of range or a score is NaN
   */
  public void add(float[] scores, Ids labels, int @Nullable [] lengths) {
    if (scores.length != (long) labels.count() * classes
        || (lengths != null && lengths.length != labels.batch())) {
      throw new ShapeException(
          formatted(
              "[confusion-matrix] expected scores [%d, %d, %d] and lengths [%d] but got %d scores and %s lengths",
              labels.timesteps(),
              labels.batch(),
              classes,
              labels.batch(),
              scores.length,
              lengths == null ? "no" : lengths.length));
    }
    for (int i = 0; i < labels.count(); i++) {
      int label = labels.values()[i];
      int row = i % labels.batch();
      if (label >= 0 && (lengths == null || i / labels.batch() < lengths[row])) {
        add(label, Scores.largest("confusion-matrix", scores, i, classes));
      }
    }
  }

  /**
   * The number of classes.
   *
   * @return C
   */
  public int classes() {
    return classes;
  }

  /**
   * The number of predictions of one class for another.
   *
   * @param actual the actual class
   * @param predicted the predicted class
   * @return 0 or more
   */
  public long count(int actual, int predicted) {
    return counts[checked("actual", actual) * classes + checked("predicted", predicted)];
  }

  /**
   * The number of predictions counted so far.
   *
   * @return 0 or more
   */
  public long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /**
   * The fraction of correct predictions.
   *
   * @return between 0 and 1; 0 if there are no predictions
   */
  public double accuracy() {
    long right = 0;
    for (int c = 0; c < classes; c++) {
      right += count(c, c);
    }
    return quotient(right, total());
  }

  /**
   * Precision: the fraction of the predictions of a class that are correct.
   *
   * @param label the class
   * @return between 0 and 1
   */
  public double precision(int label) {
    return quotient(count(label, label), predicted(label));
  }

  /**
   * Recall: the fraction of a class that was predicted correctly.
   *
   * @param label the class
   * @return between 0 and 1
   */
  public double recall(int label) {
    return quotient(count(label, label), actual(label));
  }

  /**
   * F1: the harmonic mean of precision and recall.
   *
   * @param label the class
   * @return between 0 and 1
   */
  public double f1(int label) {
    return quotient(2 * count(label, label), predicted(label) + actual(label));
  }

  /**
   * The macro-averaged precision.
   *
   * @return between 0 and 1
   */
  public double macroPrecision() {
    return macro(this::precision);
  }

  /**
   * The macro-averaged recall.
   *
   * @return between 0 and 1
   */
  public double macroRecall() {
    return macro(this::recall);
  }

  /**
   * The macro-averaged F1.
   *
   * @return between 0 and 1
   */
  public double macroF1() {
    return macro(this::f1);
  }

  /**
   * The micro-averaged F1. It equals the accuracy, because every wrong prediction is a false
   * positive of one class and a false negative of another.
   *
   * @return the accuracy
   */
  public double microF1() {
    return accuracy();
  }

  private double macro(IntToDoubleFunction measure) {
    double sum = 0;
    int seen = 0;
    for (int c = 0; c < classes; c++) {
      if (actual(c) + predicted(c) > 0) {
        sum += measure.applyAsDouble(c);
        seen++;
      }
    }
    return seen == 0 ? 0 : sum / seen;
  }

  /**
   * The number of predictions for a class, right or wrong.
   *
   * @param label the actual class
   * @return 0 or more
   */
  public long actual(int label) {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += count(label, c);
    }
    return sum;
  }

  private long predicted(int label) {
    long sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += count(c, label);
    }
    return sum;
  }

  private static double quotient(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
