package dev.comporta.attention.ctc;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.ShapeException;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * What a model trained with the loss {@code ctc} gives for one sequence: the probabilities of its
 * classes at each timestep, in double precision. The probability of a path is the product of those
 * of its classes; a path stands for the labels that remain when equal classes in a row are merged
 * and blanks are removed (Graves et al. 2006, <i>Connectionist Temporal Classification</i>).
 *
 * <p>The labels here are found by best-path decoding ({@link #greedy}); {@link CtcBeamSearch} finds
 * more likely ones. {@link #align} says which timesteps belong to labels that are given.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class CtcOutputs {
  /** The largest table of an alignment, one byte for each timestep and position. */
  private static final long MOST_PLACES = 1L << 28;

  private final double[] logs; // [T, C]
  private final int timesteps;
  private final int classes;
  private final int blank;

  private CtcOutputs(double[] logs, int classes, int blank) {
    this.logs = logs;
    this.timesteps = logs.length / classes;
    this.classes = classes;
    this.blank = blank;
  }

  /**
   * Computes the log-softmax of the outputs of a model.
   *
   * @param logits {@code [T, C]}, without padding; T may be 0
   * @param classes C, the blank included; 1 or more
   * @param blank the class of the blank, as in the loss
   * @return the outputs
   * @throws ShapeException if the sizes do not match
   * @throws ComportaException if a logit is NaN or positive infinity, or all of a timestep are
   *     negative infinity
   */
  public static CtcOutputs ofLogits(float[] logits, int classes, int blank) {
    if (classes < 1 || blank < 0 || blank >= classes || logits.length % classes != 0) {
      throw new ShapeException(
          formatted(
              "[ctc.decode] expected logits [timesteps, classes] and a blank among the classes but got %d logits, %d classes and the blank %d",
              logits.length, classes, blank));
    }
    double[] logs = new double[logits.length];
    for (int from = 0; from < logits.length; from += classes) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        float logit = logits[from + c];
        if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
          throw new ComportaException(
              formatted(
                  "[ctc.decode] expected finite logits but logit %d of timestep %d is %s",
                  c, from / classes, logit));
        }
        largest = Math.max(largest, logit);
      }
      if (largest == Double.NEGATIVE_INFINITY) {
        throw new ComportaException(
            formatted(
                "[ctc.decode] expected a class that is possible but all logits of timestep %d are -Infinity",
                from / classes));
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += StrictMath.exp(logits[from + c] - largest);
      }
      double shift = largest + StrictMath.log(sum);
      for (int c = 0; c < classes; c++) {
        logs[from + c] = logits[from + c] - shift;
      }
    }
    return new CtcOutputs(logs, classes, blank);
  }

  /** {@return the number of timesteps T} */
  public int timesteps() {
    return timesteps;
  }

  /** {@return the number of classes C, the blank included} */
  public int classes() {
    return classes;
  }

  /** {@return the class of the blank} */
  public int blank() {
    return blank;
  }

  /**
   * The log-probability of a class.
   *
   * @param timestep from 0 to T - 1
   * @param label the class, from 0 to C - 1; may be the blank
   * @return nats, at most 0
   */
  public double logProbability(int timestep, int label) {
    return logs[timestep * classes + label];
  }

  /**
   * Best-path decoding: the most likely class of each timestep, the first of equally likely ones.
   *
   * @return the most likely path, and its labels
   */
  public CtcAlignment greedy() {
    int[] path = new int[timesteps];
    double sum = 0;
    for (int t = 0; t < timesteps; t++) {
      for (int c = 1; c < classes; c++) {
        if (logProbability(t, c) > logProbability(t, path[t])) {
          path[t] = c;
        }
      }
      sum += logProbability(t, path[t]);
    }
    return CtcAlignment.of(path, blank, sum);
  }

  /**
   * The log-probability of labels: the sum over all paths that stand for them (Graves et al. 2006,
   * equations 6 to 8), which is the negative of the loss.
   *
   * @param labels classes other than the blank; may be empty
   * @return nats, at most 0; negative infinity if the timesteps are too few for the labels
   * @throws ComportaException if a label is the blank, or none of the classes
   */
  public double logProbability(int... labels) {
    int[] extended = extended(labels);
    double[] alpha = start(extended);
    for (int t = 1; t < timesteps; t++) {
      for (int s = extended.length - 1; s >= 0; s--) {
        double sum = alpha[s];
        if (s > 0) {
          sum = logSum(sum, alpha[s - 1]);
        }
        if (maySkipTo(extended, s)) {
          sum = logSum(sum, alpha[s - 2]);
        }
        alpha[s] = sum + logProbability(t, extended[s]);
      }
    }
    double last = alpha[extended.length - 1];
    double all = labels.length == 0 ? last : logSum(last, alpha[extended.length - 2]);
    return Math.min(0, all);
  }

  /**
   * The most likely path that stands for given labels (Viterbi 1967). Of equally likely paths, the
   * one that reaches each label last, seen from the end.
   *
   * @param labels classes other than the blank; may be empty
   * @return the path, with one span for each label
   * @throws ComportaException if a label is the blank or none of the classes, no path of so many
   *     timesteps stands for the labels, or the table of all paths is too large
   */
  public CtcAlignment align(int... labels) {
    int[] extended = extended(labels);
    int positions = extended.length;
    if ((long) timesteps * positions > MOST_PLACES) {
      throw new ComportaException(
          formatted(
              "[ctc.align] expected at most %d timesteps times positions but got %d timesteps and %d labels; align shorter parts",
              MOST_PLACES, timesteps, labels.length));
    }
    byte[] back = new byte[timesteps * positions]; // how far the path has come in this timestep
    double[] best = start(extended);
    for (int t = 1; t < timesteps; t++) {
      for (int s = positions - 1; s >= 0; s--) {
        int from = 0;
        if (s > 0 && best[s - 1] > best[s]) {
          from = 1;
        }
        if (maySkipTo(extended, s) && best[s - 2] > best[s - from]) {
          from = 2;
        }
        back[t * positions + s] = (byte) from;
        best[s] = best[s - from] + logProbability(t, extended[s]);
      }
    }
    int place = positions - 1;
    if (labels.length > 0 && best[place - 1] > best[place]) {
      place--;
    }
    double score = best[place];
    if (score == Double.NEGATIVE_INFINITY) {
      throw new ComportaException(
          formatted(
              "[ctc.align] expected timesteps for %d labels, and one more between equal ones, but there are %d, or a label is impossible there",
              labels.length, timesteps));
    }
    int[] path = new int[timesteps];
    for (int t = timesteps - 1; t >= 0; t--) {
      path[t] = extended[place];
      place -= back[t * positions + place];
    }
    return CtcAlignment.of(path, blank, score);
  }

  /** The labels with blanks before, between and after them. */
  private int[] extended(int[] labels) {
    int[] extended = new int[Math.addExact(Math.multiplyExact(2, labels.length), 1)];
    Arrays.fill(extended, blank);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes || labels[i] == blank) {
        throw new ComportaException(
            formatted(
                "[ctc.decode] expected labels between 0 and %d other than the blank %d but label %d is %d",
                classes - 1, blank, i, labels[i]));
      }
      extended[2 * i + 1] = labels[i];
    }
    return extended;
  }

  private static boolean maySkipTo(int[] extended, int position) {
    return position % 2 == 1 && position >= 3 && extended[position] != extended[position - 2];
  }

  /** The log-probability of being at each position after the first timestep. */
  private double[] start(int[] extended) {
    double[] alpha = new double[extended.length];
    Arrays.fill(alpha, Double.NEGATIVE_INFINITY);
    if (timesteps == 0) {
      alpha[0] = 0;
      return alpha;
    }
    for (int s = 0; s < Math.min(2, extended.length); s++) {
      alpha[s] = logProbability(0, extended[s]);
    }
    return alpha;
  }

  static double logSum(double a, double b) {
    double largest = Math.max(a, b);
    return largest == Double.NEGATIVE_INFINITY
        ? largest
        : largest + StrictMath.log1p(StrictMath.exp(Math.min(a, b) - largest));
  }
}
