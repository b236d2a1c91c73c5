package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.List;

/**
 * {@code adamax}: Adam with an exponentially weighted infinity norm in place of the squared
 * gradient.
 *
 * <pre>
 *   g = gradient + weightDecay * p
 *   m = beta1 * m + (1 - beta1) * g
 *   u = max(beta2 * u, |g| + epsilon)
 *   p = p - learningRate / (1 - beta1^t) * m / u
 * </pre>
 *
 * <p>Options: {@code learning-rate} (default 0.002), {@code beta1} (default 0.9), {@code beta2}
 * (default 0.999), {@code epsilon} (above 0, default 1e-8), {@code weight-decay} (default 0).
 * Source: Kingma and Ba 2015, algorithm 2, with PyTorch's epsilon.
 */
public final class Adamax implements OptimizerProvider {
  @Override
  public String name() {
    return "adamax";
  }

  @Override
  public String description() {
    return "Adam with the infinity norm (Kingma and Ba 2015)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return new Rule(
        Settings.learningRate(options, 0.002),
        Settings.decay(options, "beta1", 0.9),
        Settings.decay(options, "beta2", 0.999),
        options.positive("epsilon", 1e-8),
        Settings.weightDecay(options, 0));
  }

  private record Rule(
      double defaultLearningRate, double beta1, double beta2, double epsilon, double weightDecay)
      implements Optimizer {
    @Override
    public List<String> slots() {
      return List.of("m", "largest");
    }

    @Override
    public void update(Update update) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] m = update.slots().get(0);
      float[] u = update.slots().get(1);
      float rate = (float) (update.learningRate() / (1 - Settings.power(beta1, update.step())));
      float l2 = (float) weightDecay;
      float keep = (float) beta1;
      float take = (float) (1 - beta1);
      float forget = (float) beta2;
      float eps = (float) epsilon;
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + l2 * p[i];
        float first = keep * m[i] + take * g;
        float largest = Math.max(forget * u[i], Math.abs(g) + eps);
        m[i] = first;
        u[i] = largest;
        p[i] -= rate * first / largest;
      }
    }
  }
}
