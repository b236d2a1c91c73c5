package dev.comporta.attention.decoding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A node of a beam search's tree: one token that was kept. The path from the root to a node is an
 * output's prefix; each node links to its parent.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class BeamNode {
  private final @Nullable BeamNode parent;
  private final int token;
  private final float logProbability;
  private final double total;
  private final int depth;
  private final float[] attention;

  BeamNode(@Nullable BeamNode parent, int token, float logProbability, float[] attention) {
    this.parent = parent;
    this.token = token;
    this.logProbability = logProbability;
    this.attention = attention;
    total = (parent == null ? 0 : parent.total) + logProbability;
    depth = parent == null ? 0 : parent.depth + 1;
  }

  /**
   * The node of the previous token.
   *
   * @return null for the first token
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
   * The log-probability of the token given the previous ones.
   *
   * @return nats, at most 0
   */
  public float logProbability() {
    return logProbability;
  }

  /**
   * The log-probability of the whole prefix that ends with this token.
   *
   * @return nats, at most 0
   */
  public double total() {
    return total;
  }

  /**
   * The position of the token in the output.
   *
   * @return 1 for the first
   */
  public int depth() {
    return depth;
  }

  /** The output that ends at this node, without the end token if it has one. */
  Hypothesis hypothesis(boolean ended, BeamSettings settings, int positions) {
    List<Integer> tokens = new ArrayList<>();
    List<Float> logs = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    double[] coverage = new double[positions];
    for (BeamNode node = this; node != null && node.depth > 0; node = node.parent) {
      if (!(ended && node == this)) {
        tokens.add(node.token);
      }
      logs.add(node.logProbability);
      weights.add(node.attention);
      for (int s = 0; s < node.attention.length; s++) {
        coverage[s] += node.attention[s];
      }
    }
    Collections.reverse(tokens);
    Collections.reverse(logs);
    Collections.reverse(weights);
    return new Hypothesis(
        tokens, logs, weights, ended, settings.score(total, depth, coverage, positions));
  }
}
