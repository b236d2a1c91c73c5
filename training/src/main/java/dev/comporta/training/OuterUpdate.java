package dev.comporta.training;

import dev.comporta.api.model.Parameters;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The outer update of local steps: with the parameters {@code a} after the last one, {@code p_r} of
 * rank r now, learning rate l and momentum m,
 *
 * <pre>
 *   d = mean over r of (a - p_r)
 *   v = m * v + d
 *   p = a - l * (m * v + d)
 * </pre>
 *
 * <p>Source: Douillard et al. 2023 (DiLoCo), algorithm 1; Nesterov momentum as in Sutskever et al.
 * 2013, in the form that optimizers use.
 */
final class OuterUpdate {
  /** The name of the momentum in a checkpoint. */
  static final String NAME = "outer-momentum";

  private final Distribution distribution;
  private final RankSum sum;
  private final Parameters parameters;
  private final float[] before;
  private final float[] velocity;
  private final float[] change;

  OuterUpdate(Distribution distribution, RankSum sum, Parameters parameters) {
    this.distribution = distribution;
    this.sum = sum;
    this.parameters = parameters;
    int count = distribution.isLocal() ? parameters.count() : 0;
    this.before = new float[count];
    this.velocity = new float[count];
    this.change = new float[count];
  }

  /** The momentum, or null if there are no outer updates. */
  float @Nullable [] momentum() {
    return distribution.isLocal() ? velocity : null;
  }

  /** Whether a round of local steps ends with this update. */
  boolean ends(long step, boolean last) {
    return distribution.isLocal() && (last || step % distribution.localSteps() == 0);
  }

  void save(Map<String, float[]> weights) {
    if (distribution.isLocal()) {
      weights.put(NAME, velocity.clone());
    }
  }

  /** Restores a state that was checked. */
  void restore(TrainingState state) {
    if (distribution.isLocal()) {
      FloatArrays.restore("the momentum of outer updates", velocity, state.weights().get(NAME));
    }
  }

  /** Local steps begin from these parameters. */
  void begin() {
    System.arraycopy(parameters.values(), 0, before, 0, before.length);
  }

  /** Ends a round of local steps; all ranks have the same parameters then. */
  void apply() {
    float[] values = parameters.values();
    for (int i = 0; i < change.length; i++) {
      change[i] = before[i] - values[i];
    }
    sum.sum(change, new double[0]);
    float share = 1f / distribution.exchange().ranks();
    float momentum = (float) distribution.outerMomentum();
    float rate = (float) distribution.outerRate();
    for (int i = 0; i < change.length; i++) {
      float mean = share * change[i];
      velocity[i] = momentum * velocity[i] + mean;
      values[i] = before[i] - rate * (momentum * velocity[i] + mean);
    }
    parameters.changed();
    begin();
  }
}
