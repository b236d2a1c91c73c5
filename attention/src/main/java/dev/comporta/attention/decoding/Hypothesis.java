package dev.comporta.attention.decoding;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One output found by a search.
 *
 * @param tokens the tokens, without the end token
 * @param logProbabilities the log-probability (nats) of each token given the previous ones; one
 *     more than there are tokens if the end token was found
 * @param attention the attention weights for each token, over the positions of the sequence's own
 *     memory; empty for a model without attention
 * @param ended whether the output ends with the end token; false if it was cut at the maximum
 *     length
 * @param score the ranking score: the sum of logProbabilities, adjusted by the penalties of {@link
 *     BeamSettings}
 */
@API(status = API.Status.EXPERIMENTAL)
public record Hypothesis(
    List<Integer> tokens,
    List<Float> logProbabilities,
    List<float[]> attention,
    boolean ended,
    double score) {
  /** Copies the lists. */
  public Hypothesis {
    tokens = List.copyOf(tokens);
    logProbabilities = List.copyOf(logProbabilities);
    attention = List.copyOf(attention);
  }

  /**
   * The log-probability of the whole output.
   *
   * @return nats, at most 0
   */
  public double logProbability() {
    return logProbabilities.stream().mapToDouble(Float::doubleValue).sum();
  }

  /**
   * The position with the largest attention weight for a token.
   *
   * @param token the index of the token
   * @return the position, counted from 0; the first one in a tie
   * @throws IllegalStateException if the model has no attention
   */
  public int attended(int token) {
    float[] weights = attention.get(token);
    if (weights.length == 0) {
      throw new IllegalStateException(
          "[hypothesis.attended] expected a model with attention but this one has none");
    }
    int most = 0;
    for (int s = 1; s < weights.length; s++) {
      if (weights[s] > weights[most]) {
        most = s;
      }
    }
    return most;
  }

  /** Tokens and score, for logs. */
  @Override
  public String toString() {
    return tokens + (ended ? "" : " ...") + " " + score;
  }

  /** Equal by content, the weights included. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Hypothesis that
        && tokens.equals(that.tokens)
        && logProbabilities.equals(that.logProbabilities)
        && ended == that.ended
        && Double.compare(score, that.score) == 0
        && Arrays.deepEquals(attention.toArray(), that.attention.toArray());
  }

  @Override
  public int hashCode() {
    return tokens.hashCode() * 31 + Double.hashCode(score);
  }
}
