package dev.comporta.attention.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One token that a beam search kept, after those that its parents stand for: the search's tree,
 * from the leaves up.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class BeamNode {
  private final @Nullable BeamNode parent;
  private final int token;
  private final float logProbability;
  private final double total;
  private final int depth;
  private final int attended; // -1 without attention
  private final float @Nullable [] attention;

  private BeamNode(
      @Nullable BeamNode parent,
      int token,
      float logProbability,
      int attended,
      float @Nullable [] attention) {
    this.parent = parent;
    this.token = token;
    this.logProbability = logProbability;
    this.attended = attended;
    this.attention = attention;
    total = (parent == null ? 0 : parent.total) + logProbability;
    depth = parent == null ? 0 : parent.depth + 1;
  }

  /** What stands before the first token. */
  static BeamNode root(int begin) {
    return new BeamNode(null, begin, 0, -1, null);
  }

  /**
   * One more token.
   *
   * @param weights holds the weights with which the memory was read for it
   * @param from where they start
   * @param positions how many they are
   * @param keeps whether they stay in memory, beside the position of the largest
   */
  BeamNode then(int next, float log, float[] weights, int from, int positions, boolean keeps) {
    int most = positions == 0 ? -1 : 0;
    for (int s = 1; s < positions; s++) {
      if (weights[from + s] > weights[from + most]) {
        most = s;
      }
    }
    return new BeamNode(
        this, next, log, most, keeps ? Arrays.copyOfRange(weights, from, from + positions) : null);
  }

  /**
   * The token before.
   *
   * @return null where this is the first
   */
  public @Nullable BeamNode parent() {
    BeamNode before = parent;
    return before == null || before.depth == 0 ? null : before;
  }

  /**
   * The token.
   *
   * @return its id
   */
  public int token() {
    return token;
  }

  /**
   * How likely the token was after those before it.
   *
   * @return the natural logarithm of its probability
   */
  public float logProbability() {
    return logProbability;
  }

  /**
   * How likely everything up to the token is.
   *
   * @return the natural logarithm of the probability
   */
  public double total() {
    return total;
  }

  /**
   * The place of the token in the output.
   *
   * @return 1 for the first
   */
  public int depth() {
    return depth;
  }

  /**
   * The output that ends here; the last token is left out of the tokens where it is the end.
   *
   * @param coverage the sum of all weights for each position
   */
  Hypothesis hypothesis(boolean ended, BeamSettings settings, double[] coverage) {
    List<Integer> tokens = new ArrayList<>();
    List<Float> logs = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (BeamNode node = this; node != null && node.depth > 0; node = node.parent) {
      if (!(ended && node == this)) {
        tokens.add(node.token);
      }
      logs.add(node.logProbability);
      if (node.attention != null) {
        weights.add(node.attention);
      }
      if (node.attended >= 0) {
        positions.add(node.attended);
      }
    }
    Collections.reverse(tokens);
    Collections.reverse(logs);
    Collections.reverse(weights);
    Collections.reverse(positions);
    return new Hypothesis(
        tokens, logs, weights, positions, ended, settings.score(total, depth, coverage));
  }
}
