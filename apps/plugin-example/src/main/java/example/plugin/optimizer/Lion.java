package example.plugin.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.List;

/**
 * {@code lion}: the sign of an interpolated momentum (Chen et al. 2023, <i>Symbolic Discovery of
 * Optimization Algorithms</i>, program 1). It needs a learning rate three to ten times smaller than
 * Adam's.
 *
 * <pre>
 * c = beta1 * m + (1 - beta1) * g
 * p = p - learningRate * (sign(c) + weightDecay * p)
 * m = beta2 * m + (1 - beta2) * g
 * </pre>
 *
 * <p>Options: {@code learning-rate} (default 1e-4), {@code beta1} (default 0.9), {@code beta2}
 * (default 0.99), {@code weight-decay} (default 0).
 */
public final class Lion implements OptimizerProvider {
  /** Called by the service loader. */
  public Lion() {}

  @Override
  public String name() {
    return "lion";
  }

  @Override
  public String description() {
    return "Lion: the sign of an interpolated momentum (Chen et al. 2023)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return new Rule(
        options.positive("learning-rate", 1e-4),
        options.real("beta1", 0.9, 0, 1),
        options.real("beta2", 0.99, 0, 1),
        options.real("weight-decay", 0, 0, 1));
  }

  private record Rule(double defaultLearningRate, double beta1, double beta2, double weightDecay)
      implements Optimizer {
    @Override
    public List<String> slots() {
      return List.of("m");
    }

    @Override
    public void update(Update update) {
      float[] p = update.values();
      float[] g = update.gradients();
      float[] m = update.slots().getFirst();
      float rate = (float) update.learningRate();
      float decay = (float) weightDecay;
      float keep = (float) beta1;
      float slow = (float) beta2;
      for (int i = update.from(); i < update.to(); i++) {
        float c = keep * m[i] + (1 - keep) * g[i];
        p[i] -= rate * (Math.signum(c) + decay * p[i]);
        m[i] = slow * m[i] + (1 - slow) * g[i];
      }
    }
  }
}
