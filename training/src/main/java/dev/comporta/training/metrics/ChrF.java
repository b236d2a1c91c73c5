package dev.comporta.training.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The corpus-level character n-gram F-score (Popović 2015, <i>chrF: character n-gram F-score for
 * automatic MT evaluation</i>), as sacreBLEU defines chrF2: orders 1 to 6, white space removed,
 * case-sensitive, recall weighted four times as much as precision; orders without n-grams are
 * excluded.
 *
 * <pre>
 * chrF = 100 (1 + beta^2) P R / (beta^2 P + R),   beta = 2
 * </pre>
 *
 * P and R are the means, over the orders, of matches / n-grams of the translations and of the
 * references, respectively; counts are first summed over the corpus. Translations are added one at
 * a time. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class ChrF {
  private static final int ORDERS = 6;

  private final double beta;
  private final long[] matches = new long[ORDERS];
  private final long[] answers = new long[ORDERS];
  private final long[] references = new long[ORDERS];

  /** Creates an empty score with beta = 2. */
  public ChrF() {
    this(2);
  }

  /**
   * Creates an empty score.
   *
   * @param beta the weight of recall relative to precision, above 0
   * @throws IllegalArgumentException if beta is not a positive number
   */
  public ChrF(double beta) {
    if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("[chrf] expected beta above 0 but got " + beta);
    }
    this.beta = beta;
  }

  /**
   * Adds one translation.
   *
   * @param answer the translation
   * @param reference the reference translation
   */
  public void add(String answer, String reference) {
    List<Integer> given = characters(answer);
    List<Integer> expected = characters(reference);
    for (int n = 1; n <= ORDERS; n++) {
      Map<List<Integer>, Integer> wanted = Ngrams.count(expected, n);
      if (wanted.isEmpty()) {
        continue; // an order without n-grams in the reference cannot be matched
      }
      matches[n - 1] += Ngrams.shared(Ngrams.count(given, n), wanted);
      answers[n - 1] += Math.max(0, given.size() - n + 1);
      references[n - 1] += expected.size() - n + 1;
    }
  }

  private static List<Integer> characters(String text) {
    return text.codePoints()
        .filter(c -> !Character.isWhitespace(c) && !Character.isSpaceChar(c))
        .boxed()
        .toList();
  }

  /**
   * The score so far.
   *
   * @return 0 to 100
   */
  public double score() {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int n = 0; n < ORDERS; n++) {
      if (answers[n] > 0 && references[n] > 0) {
        precision += (double) matches[n] / answers[n];
        recall += (double) matches[n] / references[n];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    double p = precision / orders;
    double r = recall / orders;
    double factor = beta * beta;
    return 100 * (1 + factor) * p * r / (factor * p + r);
  }

  /** The score with its settings, in sacreBLEU's format. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "chrF%.0f = %.2f", beta, score());
  }
}
