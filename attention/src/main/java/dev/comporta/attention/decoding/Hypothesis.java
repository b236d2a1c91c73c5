package dev.comporta.attention.decoding;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * One output found by a search.
 *
 * @param tokens the tokens that were found, without the one that ends a sequence
 * @param logProbabilities the natural logarithm of each token's probability given those before it;
 *     one more than tokens where the end was found
 * @param attention the weights with which the memory was read for each of them, one for each
 *     position of the sequence's own memory; none where the model has no attention. An empty list
 *     where the search was asked for no tree: weights of long outputs of long sequences are many
 * @param attendedPositions the position that was read most for each of them, the first of equal
 *     ones; an empty list where the model has no attention
 * @param ended whether the end was found, not the longest length allowed
 * @param score what hypotheses are ranked by: the sum of logProbabilities, after the penalties of
 *     {@link BeamSettings}
 */
@API(status = API.Status.EXPERIMENTAL)
public record Hypothesis(
    List<Integer> tokens,
    List<Float> logProbabilities,
    List<float[]> attention,
    List<Integer> attendedPositions,
    boolean ended,
    double score) {
  /** Copies the lists. */
  public Hypothesis {
    tokens = List.copyOf(tokens);
    logProbabilities = List.copyOf(logProbabilities);
    attention = List.copyOf(attention);
    attendedPositions = List.copyOf(attendedPositions);
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
   * @param token its index
   * @return the position of the largest weight, the first of equal ones
   * @throws ComportaException if there is no such token or the model has no attention
   */
  public int attended(int token) {
    if (!hasAttention()) {
      throw new ComportaException(
          "[hypothesis.attended] expected a model with attention but this one has none");
    }
    if (token < 0 || token >= attendedPositions.size()) {
      throw new ComportaException(
          formatted(
              "[hypothesis.attended] expected one of %d tokens but got the index %d",
              attendedPositions.size(), token));
    }
    return attendedPositions.get(token);
  }

  /**
   * Whether the model read a memory with attention.
   *
   * @return whether {@link #attended} has answers
   */
  public boolean hasAttention() {
    return !attendedPositions.isEmpty();
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
        && attendedPositions.equals(that.attendedPositions)
        && Arrays.deepEquals(attention.toArray(), that.attention.toArray());
  }

  @Override
  public int hashCode() {
    return tokens.hashCode() * 31 + Double.hashCode(score);
  }
}
