package dev.comporta.training.tags;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.ShapeException;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a linear-chain conditional random field to one sequence, in double precision: the
 * most likely classes (Viterbi 1967), and how likely each class is at each timestep (the
 * forward-backward algorithm). The scores are those of the layer {@code crf}: at each timestep C +
 * 2 rows of C scores, those of each class at the start, after each class, and at the end.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class LinearChain {
  private final double[] scores; // [T, C + 2, C]
  private final int timesteps;
  private final int classes;

  /**
   * Copies the scores of a sequence.
   *
   * @param scores {@code [T, (C + 2) C]}, T of 1 or more
   * @param classes C
   * @param allowed {@code [(C + 2) C]}, whether a class may start, follow another or end; null if
   *     all may
   * @throws ShapeException if the sizes do not match
   * @throws ComportaException if a score is NaN
   */
  public LinearChain(float[] scores, int classes, boolean @Nullable [] allowed) {
    int size = classes * (classes + 2);
    if (classes < 1
        || scores.length == 0
        || scores.length % size != 0
        || (allowed != null && allowed.length != size)) {
      throw new ShapeException(
          formatted(
              "[crf] expected %d scores at each of 1 timestep or more, for %d classes, but got %d",
              size, classes, scores.length));
    }
    this.classes = classes;
    this.timesteps = scores.length / size;
    this.scores = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      if (Float.isNaN(scores[i])) {
        throw new ComportaException(
            formatted(
                "[crf] expected numbers but score %d of timestep %d is NaN", i % size, i / size));
      }
      boolean may = allowed == null || allowed[i % size];
      this.scores[i] = may ? scores[i] : Double.NEGATIVE_INFINITY;
    }
  }

  /**
   * Adds to the score of a class at every timestep, as a change of its bias in the layer {@code
   * crf} does.
   *
   * @param label the class, from 0 to C - 1
   * @param more what is added
   */
  public void raise(int label, double more) {
    int end = classes + 1; // the row that has no bias
    for (int row = 0; row < scores.length / classes; row++) {
      if (row % (classes + 2) != end) {
        scores[row * classes + label] += more;
      }
    }
  }

  private double follows(int t, int from, int to) {
    return scores[(t * (classes + 2) + 1 + from) * classes + to];
  }

  private double starts(int to) {
    return scores[to];
  }

  private double ends(int from) {
    return scores[((timesteps - 1) * (classes + 2) + classes + 1) * classes + from];
  }

  /**
   * The most likely classes; of equally likely ones the first.
   *
   * @return {@code [T]}
   * @throws ComportaException if no sequence of so many classes is allowed
   */
  public int[] best() {
    double[] best = new double[classes];
    int[][] before = new int[timesteps][classes];
    Arrays.setAll(best, this::starts);
    for (int t = 1; t < timesteps; t++) {
      double[] next = new double[classes];
      Arrays.fill(next, Double.NEGATIVE_INFINITY);
      for (int to = 0; to < classes; to++) {
        for (int from = 0; from < classes; from++) {
          double score = best[from] + follows(t, from, to);
          if (score > next[to]) {
            next[to] = score;
            before[t][to] = from;
          }
        }
      }
      best = next;
    }
    int last = -1;
    double highest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      double score = best[k] + ends(k);
      if (score > highest) {
        highest = score;
        last = k;
      }
    }
    if (last < 0) {
      throw new ComportaException(
          formatted(
              "[crf] expected classes that may follow each other but no sequence of %d is allowed",
              timesteps));
    }
    int[] path = new int[timesteps];
    for (int t = timesteps - 1; t >= 0; t--) {
      path[t] = last;
      last = before[t][last];
    }
    return path;
  }

  /**
   * The score of a sequence of classes.
   *
   * @param path {@code [T]}, each from 0 to C - 1
   * @return s; negative infinity if it is not allowed
   */
  public double score(int... path) {
    double sum = starts(path[0]) + ends(path[timesteps - 1]);
    for (int t = 1; t < timesteps; t++) {
      sum += follows(t, path[t - 1], path[t]);
    }
    return sum;
  }

  /**
   * The logarithm of the sum of {@code exp s} over all allowed sequences.
   *
   * @return log Z, in nats
   */
  public double logPartition() {
    return end(forward());
  }

  private double end(double[][] alpha) {
    double[] all = new double[classes];
    Arrays.setAll(all, k -> alpha[timesteps - 1][k] + ends(k));
    return logSumExp(all);
  }

  private double[][] forward() {
    double[][] alpha = new double[timesteps][classes];
    double[] terms = new double[classes];
    Arrays.setAll(alpha[0], this::starts);
    for (int t = 1; t < timesteps; t++) {
      for (int to = 0; to < classes; to++) {
        for (int from = 0; from < classes; from++) {
          terms[from] = alpha[t - 1][from] + follows(t, from, to);
        }
        alpha[t][to] = logSumExp(terms);
      }
    }
    return alpha;
  }

  /**
   * The probability of each class at each timestep, over all allowed sequences.
   *
   * @return {@code [T][C]}; each row sums to 1
   */
  public double[][] marginals() {
    double[][] alpha = forward();
    double logZ = end(alpha);
    double[][] shares = new double[timesteps][classes];
    double[] beta = new double[classes];
    Arrays.setAll(beta, this::ends);
    double[] terms = new double[classes];
    for (int t = timesteps - 1; t >= 0; t--) {
      for (int k = 0; k < classes; k++) {
        shares[t][k] = StrictMath.exp(alpha[t][k] + beta[k] - logZ);
      }
      if (t > 0) {
        double[] earlier = new double[classes];
        for (int from = 0; from < classes; from++) {
          for (int to = 0; to < classes; to++) {
            terms[to] = follows(t, from, to) + beta[to];
          }
          earlier[from] = logSumExp(terms);
        }
        beta = earlier;
      }
    }
    return shares;
  }

  private static double logSumExp(double[] terms) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double term : terms) {
      largest = Math.max(largest, term);
    }
    if (largest == Double.NEGATIVE_INFINITY) {
      return largest;
    }
    double sum = 0;
    for (double term : terms) {
      sum += StrictMath.exp(term - largest);
    }
    return largest + StrictMath.log(sum);
  }
}
