package dev.comporta.attention.decoding;

import dev.comporta.api.InvalidOptionException;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The beam width and the ranking of a beam search's hypotheses (Wu et al. 2016, <i>Google's Neural
 * Machine Translation System</i>, equation 14):
 *
 * <pre>
 * score(Y) = log P(Y) / ((5 + |Y|) / 6)^lengthPenalty
 *            + coveragePenalty * sum_s log min(1, sum_t attention[t, s])
 * </pre>
 *
 * <p>|Y| includes the end token.
 *
 * @param beam the beam width: the number of hypotheses kept after every token, at least 1; 1 is
 *     greedy search
 * @param lengthPenalty the exponent of the length normalisation, at least 0; 0 ranks by
 *     probability, which favours short outputs; 1 is close to the mean log-probability per token
 * @param coveragePenalty the weight of the penalty for source positions that received little
 *     attention, at least 0; 0 for a model without attention
 */
@API(status = API.Status.EXPERIMENTAL)
public record BeamSettings(int beam, double lengthPenalty, double coveragePenalty)
    implements Decoding {
  /** What is used where nothing is chosen: a beam width of 5 and a length penalty of 1. */
  public static final BeamSettings DEFAULT = new BeamSettings(5, 1, 0);

  /** Greedy search: a beam width of 1 without penalties. */
  public static final BeamSettings GREEDY = new BeamSettings(1, 0, 0);

  /**
   * Checks the ranges.
   *
   * @throws InvalidOptionException if a value is out of range
   */
  public BeamSettings {
    if (beam < 1) {
      throw new InvalidOptionException(
          "--beam expected a whole number of 1 or more but got " + beam);
    }
    checkPenalty("--length-penalty", lengthPenalty);
    checkPenalty("--coverage-penalty", coveragePenalty);
  }

  private static void checkPenalty(String name, double penalty) {
    if (!(penalty >= 0 && penalty < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(name + " expected a number of 0 or more but got " + penalty);
    }
  }

  @Override
  public List<BeamSearch.Found> decode(
      NextTokens model, int begin, int end, int[] longest, List<String> names, boolean tree) {
    return new BeamSearch(model, this, begin, end).search(longest, tree);
  }

  /** Whether a score depends on how often each position was read. */
  boolean needsCoverage() {
    return coveragePenalty > 0;
  }

  double score(double logProbability, int length, double[] coverage) {
    double score = logProbability / Math.pow((5 + length) / 6.0, lengthPenalty);
    if (coveragePenalty > 0) {
      double logs = 0;
      for (double read : coverage) {
        logs += Math.log(Math.clamp(read, Double.MIN_NORMAL, 1));
      }
      score += coveragePenalty * logs;
    }
    return score;
  }
}
