package dev.comporta.frame;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;

/**
 * How much better one model is than another on the same examples, with a 95 % confidence interval
 * of the difference by the paired bootstrap (Efron and Tibshirani 1993, chapter 13): the examples
 * are drawn again with replacement, the same for both models.
 *
 * @param difference the mean outcome of the second model minus that of the first
 * @param low the 2.5 % quantile of the difference over all samples
 * @param high the 97.5 % quantile
 * @param samples how often the examples were drawn
 */
public record PairedBootstrap(double difference, double low, double high, int samples) {
  private static final int SAMPLES = 10_000;
  private static final int LEAST = 1_000;

  /** Draws of examples in all: of very many examples fewer samples do. */
  private static final long DRAWS = 200_000_000;

  /** Scores that consist of an outcome of each example, whose mean is the metric. */
  public interface Outcomes {
    /**
     * {@return the outcome of each example, in the order of the data, such as 1 where a label is
     * right}
     */
    double[] outcomes();
  }

  /**
   * Compares two models.
   *
   * @param first the outcome of each example by the first model, one or more
   * @param second the same by the second
   * @param seed of the draws
   * @return the difference and its interval
   * @throws IllegalArgumentException if the numbers of examples differ, or there is none
   */
  public static PairedBootstrap of(double[] first, double[] second, long seed) {
    if (first.length != second.length || first.length == 0) {
      throw new IllegalArgumentException(
          formatted("outcomes of %d and of %d examples", first.length, second.length));
    }
    int count = first.length;
    double[] differences = new double[count];
    for (int i = 0; i < count; i++) {
      differences[i] = second[i] - first[i];
    }
    int samples = Math.clamp(DRAWS / count, LEAST, SAMPLES);
    double[] means = new double[samples];
    RandomSource random = new CounterRandom(seed).stream("bootstrap");
    for (int sample = 0; sample < samples; sample++) {
      RandomSource draw = random.stream(sample);
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += differences[draw.below(count, i)];
      }
      means[sample] = sum / count;
    }
    Arrays.sort(means);
    return new PairedBootstrap(
        Arrays.stream(differences).sum() / count,
        means[(int) (0.025 * (samples - 1))],
        means[(int) Math.ceil(0.975 * (samples - 1))],
        samples);
  }

  /** {@return whether the interval is on one side of zero} */
  public boolean isClear() {
    return low > 0 || high < 0;
  }
}
