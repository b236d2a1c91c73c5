package dev.comporta.training.metrics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/**
 * Corpus BLEU (Papineni et al. 2002, <i>BLEU: a Method for Automatic Evaluation of Machine
 * Translation</i>), as sacreBLEU defines it (Post 2018, <i>A Call for Clarity in Reporting BLEU
 * Scores</i>): n-grams of 1 to 4 tokens, case-sensitive, with the smoothing of mteval-v13a for
 * orders without a match ("exp": Chen and Cherry 2014, method 3).
 *
 * <pre>
 * p_n  = matches of order n / n-grams of order n in the translations
 * bp   = 1 if c is at least r, else exp(1 - r / c)
 * BLEU = 100 bp exp(1/4 sum_n log p_n)
 * </pre>
 *
 * <p>Matches of an n-gram are clipped to its largest count in any single reference. c is the total
 * length of the translations; r is the sum of the reference lengths closest to each translation's
 * (the shorter one in a tie). Counts are summed over the corpus before ratios are computed, so the
 * score of a corpus is not the mean of sentence scores. Translations are added one at a time. Not
 * thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Bleu {
  private static final int ORDERS = 4;

  /** The ways to split a sentence into tokens. */
  public enum Tokenization {
    /** Splits at white space only, for text that is already tokenised. */
    NONE {
      @Override
      List<String> tokens(String text) {
        return words(text);
      }
    },

    /**
     * The tokenisation of NIST's mteval-v13a, sacreBLEU's default: punctuation is split off, except
     * full stops and commas between digits; the entities of {@code " & < >} are decoded.
     */
    MTEVAL_13A {
      @Override
      List<String> tokens(String text) {
        String line = text.replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
        line =
            line.replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
        line = PUNCTUATION.matcher(" " + line + " ").replaceAll(" $1 ");
        line = STOP_AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
        line = STOP_BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
        return words(DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 "));
      }
    };

    private static final Pattern PUNCTUATION =
        Pattern.compile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])");
    private static final Pattern STOP_AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern STOP_BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");
    private static final Pattern WHITE_SPACE =
        Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    abstract List<String> tokens(String text);

    private static List<String> words(String text) {
      return WHITE_SPACE.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    }
  }

  private final Tokenization tokenization;
  private final long[] matches = new long[ORDERS];
  private final long[] totals = new long[ORDERS];
  private long answerLength;
  private long referenceLength;

  /**
   * Creates an empty score.
   *
   * @param tokenization the tokenisation of translations and references
   */
  public Bleu(Tokenization tokenization) {
    this.tokenization = tokenization;
  }

  /**
   * Adds one translation.
   *
   * @param answer the translation
   * @param references one or more reference translations
   * @throws IllegalArgumentException if there is no reference
   */
  public void add(String answer, List<String> references) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException(
          "[bleu] expected at least one reference for a translation but got none");
    }
    List<String> tokens = tokenization.tokens(answer);
    List<List<String>> expected = references.stream().map(tokenization::tokens).toList();
    answerLength += tokens.size();
    referenceLength += closestLength(tokens.size(), expected);
    for (int n = 1; n <= ORDERS; n++) {
      Map<List<String>, Integer> allowed = new HashMap<>();
      for (List<String> reference : expected) {
        Ngrams.keepMost(allowed, Ngrams.count(reference, n));
      }
      matches[n - 1] += Ngrams.shared(Ngrams.count(tokens, n), allowed);
      totals[n - 1] += Math.max(0, tokens.size() - n + 1);
    }
  }

  /**
   * Adds one translation with a single reference.
   *
   * @param answer the translation
   * @param reference the reference translation
   */
  public void add(String answer, String reference) {
    add(answer, List.of(reference));
  }

  private static int closestLength(int length, List<List<String>> references) {
    int closest = references.getFirst().size();
    for (List<String> reference : references) {
      int distance = Math.abs(reference.size() - length);
      int best = Math.abs(closest - length);
      if (distance < best || (distance == best && reference.size() < closest)) {
        closest = reference.size();
      }
    }
    return closest;
  }

  /**
   * The score so far.
   *
   * @return 0 to 100; 0 if no word matches, if the translations are empty, or if no translation has
   *     four tokens
   */
  public double score() {
    if (matches[0] == 0 || totals[ORDERS - 1] == 0) {
      return 0;
    }
    double logs = 0;
    for (double precision : precisions()) {
      logs += Math.log(precision);
    }
    return brevityPenalty() * Math.exp(logs / ORDERS);
  }

  /**
   * The smoothed precision of each order.
   *
   * @return four percentages, for n = 1 to 4; NaN for an order without n-grams
   */
  public double[] precisions() {
    double[] precisions = new double[ORDERS];
    double divisor = 1;
    for (int n = 0; n < ORDERS; n++) {
      if (totals[n] == 0) {
        precisions[n] = Double.NaN;
      } else if (matches[n] == 0) {
        divisor *= 2;
        precisions[n] = 100 / (divisor * totals[n]);
      } else {
        precisions[n] = 100.0 * matches[n] / totals[n];
      }
    }
    return precisions;
  }

  /**
   * The brevity penalty, for translations shorter than the references.
   *
   * @return 0 to 1
   */
  public double brevityPenalty() {
    if (answerLength >= referenceLength) {
      return 1;
    }
    return answerLength == 0 ? 0 : Math.exp(1 - (double) referenceLength / answerLength);
  }

  /**
   * The number of tokens in all translations (c).
   *
   * @return 0 or more
   */
  public long answerLength() {
    return answerLength;
  }

  /**
   * The sum of the closest reference lengths (r).
   *
   * @return the number of tokens, 0 or more
   */
  public long referenceLength() {
    return referenceLength;
  }

  /** The score and its components on one line, in sacreBLEU's format. */
  @Override
  public String toString() {
    double[] p = precisions();
    return String.format(
        Locale.ROOT,
        "BLEU = %.2f %.1f/%.1f/%.1f/%.1f (BP = %.3f ratio = %.3f hyp_len = %d ref_len = %d)",
        score(),
        p[0],
        p[1],
        p[2],
        p[3],
        brevityPenalty(),
        (double) answerLength / referenceLength,
        answerLength,
        referenceLength);
  }

  /** The counts, for tests: the matches and then the totals of each order. */
  List<long[]> counts() {
    return List.of(Arrays.copyOf(matches, ORDERS), Arrays.copyOf(totals, ORDERS));
  }
}
