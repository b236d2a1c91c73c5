package dev.comporta.training.metrics;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.ShapeException;
import java.util.function.IntToDoubleFunction;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * How often each class was taken for each: accuracy, precision, recall and F1 of a classification.
 * Fed answer by answer; not for use by several threads.
 *
 * <pre>
 * precision(c) = right(c) / predicted(c)      recall(c) = right(c) / actual(c)
 * F1(c) = 2 right(c) / (predicted(c) + actual(c))
 * </pre>
 *
 * <p>A quotient of nothing by nothing is 0. The macro averages run over the classes that occurred
 * or were predicted, as scikit-learn's do; the micro averages of all classes together are the
 * accuracy.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ConfusionMatrix {
  private static final int MOST_CLASSES = 1 << 15;

  private final int classes;
  private final long[] counts; // [actual, predicted]

  /**
   * A matrix of zeros.
   *
   * @param classes C, 1 to 32768
   * @throws InvalidOptionException if there are fewer or more
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new InvalidOptionException(
          "[confusion-matrix] expected 1 to %d classes but got %d"
              .formatted(MOST_CLASSES, classes));
    }
    this.classes = classes;
    this.counts = new long[classes * classes];
  }

  /**
   * Counts one answer.
   *
   * @param actual the class that it should be
   * @param predicted the class that was given
   * @throws ComportaException if one is no class
   */
  public void add(int actual, int predicted) {
    counts[checked("actual", actual) * classes + checked("predicted", predicted)]++;
  }

  private int checked(String which, int label) {
    if (label < 0 || label >= classes) {
      throw new ComportaException(
          "[confusion-matrix] expected a class between 0 and %d but the %s one is %d"
              .formatted(classes - 1, which, label));
    }
    return label;
  }

  /**
   * Counts the answers of a batch: the class of the largest score of each timestep. Padding and
   * negative labels do not count.
   *
   * @param scores {@code [T, B, C]}, such as logits
   * @param labels {@code [T, B]}
   * @param lengths one length for each row, or null if all timesteps count
   * @throws ShapeException if the sizes do not fit
   * @throws ComportaException if a label is no class or a score is NaN
   */
  public void add(float[] scores, Ids labels, int @Nullable [] lengths) {
    if (scores.length != (long) labels.count() * classes
        || (lengths != null && lengths.length != labels.batch())) {
      throw new ShapeException(
          "[confusion-matrix] expected scores [%d, %d, %d] and lengths [%d] but got %d scores and %s lengths"
              .formatted(
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
   * How often one class was taken for another.
   *
   * @param actual what it should be
   * @param predicted what was given
   * @return answers
   */
  public long count(int actual, int predicted) {
    return counts[checked("actual", actual) * classes + checked("predicted", predicted)];
  }

  /**
   * The number of answers.
   *
   * @return all that were counted
   */
  public long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /**
   * The part of the answers that is right.
   *
   * @return between 0 and 1; 0 if there are no answers
   */
  public double accuracy() {
    long right = 0;
    for (int c = 0; c < classes; c++) {
      right += count(c, c);
    }
    return quotient(right, total());
  }

  /**
   * The part of the answers of a class that is right.
   *
   * @param label the class
   * @return between 0 and 1
   */
  public double precision(int label) {
    return quotient(count(label, label), predicted(label));
  }

  /**
   * The part of a class that was found.
   *
   * @param label the class
   * @return between 0 and 1
   */
  public double recall(int label) {
    return quotient(count(label, label), actual(label));
  }

  /**
   * The harmonic mean of precision and recall.
   *
   * @param label the class
   * @return between 0 and 1
   */
  public double f1(int label) {
    return quotient(2 * count(label, label), predicted(label) + actual(label));
  }

  /**
   * The mean precision of the classes.
   *
   * @return between 0 and 1
   */
  public double macroPrecision() {
    return macro(this::precision);
  }

  /**
   * The mean recall of the classes.
   *
   * @return between 0 and 1
   */
  public double macroRecall() {
    return macro(this::recall);
  }

  /**
   * The mean F1 of the classes.
   *
   * @return between 0 and 1
   */
  public double macroF1() {
    return macro(this::f1);
  }

  /**
   * F1 of all classes together, where every wrong answer is both a false alarm of one class and a
   * miss of another.
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

  private long actual(int label) {
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
