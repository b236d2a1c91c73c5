package dev.comporta.attention.ctc;

import java.util.List;
import org.apiguardian.api.API;

/**
 * A sequence of labels that a search has found.
 *
 * @param labels the labels, without blanks; may be empty
 * @param logProbability the natural logarithm of the probability of the labels, summed over the
 *     paths that the search has kept: never above the exact value, which {@link
 *     CtcOutputs#logProbability} gives, and equal to it where no path was dropped
 */
@API(status = API.Status.EXPERIMENTAL)
public record CtcHypothesis(List<Integer> labels, double logProbability) {
  /** Copies the labels. */
  public CtcHypothesis {
    labels = List.copyOf(labels);
  }
}
