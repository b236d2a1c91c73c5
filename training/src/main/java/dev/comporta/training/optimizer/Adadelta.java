package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.List;

/**
 * {@code adadelta}: per-element rates from the ratio of the running RMS of updates to that of
 * gradients.
 *
 * <pre>
 *   g = gradient + weightDecay * p
 *   s = decay * s + (1 - decay) * g^2
 *   d = sqrt(u + epsilon) / sqrt(s + epsilon) * g
 *   u = decay * u + (1 - decay) * d^2
 *   p = p - learningRate * d
 * </pre>
 *
 * <p>Options: {@code learning-rate} (default 1, as in the paper), {@code decay} (default 0.9),
 * {@code epsilon} (default 1e-6), {@code weight-decay} (default 0). Source: Zeiler 2012, algorithm
 * 1.
 */
public final class Adadelta implements OptimizerProvider {
  @Override
  public String name() {
    return "adadelta";
  }

  @Override
  public String description() {
    return "rates from the ratio of the RMS of updates to that of gradients (Zeiler 2012)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return new Rule(
        Settings.learningRate(options, 1),
        Settings.decay(options, "decay", 0.9),
        Settings.epsilon(options, 1e-6),
        Settings.weightDecay(options, 0));
  }

  private record Rule(double defaultLearningRate, double decay, double epsilon, double weightDecay)
      implements Optimizer {
    @Override
    public List<String> slots() {
      return List.of("squares", "updates");
    }

    @Override
    public void update(Update update) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] s = update.slots().get(0);
      float[] u = update.slots().get(1);
      float rate = (float) update.learningRate();
      float l2 = (float) weightDecay;
      float keep = (float) decay;
      float take = (float) (1 - decay);
      float eps = (float) epsilon;
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + l2 * p[i];
        float square = keep * s[i] + take * (g * g);
        float d = (float) Math.sqrt(u[i] + eps) / (float) Math.sqrt(square + eps) * g;
        s[i] = square;
        u[i] = keep * u[i] + take * (d * d);
        p[i] -= rate * d;
      }
    }
  }
}
