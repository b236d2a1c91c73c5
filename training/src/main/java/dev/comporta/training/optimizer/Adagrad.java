package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.List;

/**
 * {@code adagrad}: per-element rates that decrease with the sum of squared gradients.
 *
 * <pre>
 *   g = gradient + weightDecay * p
 *   s = s + g^2                                   (s starts at initial)
 *   p = p - learningRate / (1 + (t - 1) * rateDecay) * g / (sqrt(s) + epsilon)
 * </pre>
 *
 * <p>Options: {@code learning-rate} (default 0.01), {@code epsilon} (default 1e-10), {@code
 * initial} (default 0), {@code rate-decay} (default 0), {@code weight-decay} (default 0). Source:
 * Duchi, Hazan and Singer 2011, figure 1, diagonal case.
 */
public final class Adagrad implements OptimizerProvider {
  @Override
  public String name() {
    return "adagrad";
  }

  @Override
  public String description() {
    return "rates that decrease with the sum of squared gradients (Duchi et al. 2011)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return new Rule(
        Settings.learningRate(options, 0.01),
        Settings.epsilon(options, 1e-10),
        options.real("initial", 0, 0, Double.MAX_VALUE),
        options.real("rate-decay", 0, 0, Double.MAX_VALUE),
        Settings.weightDecay(options, 0));
  }

  private record Rule(
      double defaultLearningRate,
      double epsilon,
      double initial,
      double rateDecay,
      double weightDecay)
      implements Optimizer {
    @Override
    public List<String> slots() {
      return List.of("squares");
    }

    @Override
    public void update(Update update) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] s = update.slots().getFirst();
      float rate = (float) (update.learningRate() / (1 + (update.step() - 1) * rateDecay));
      float decay = (float) weightDecay;
      float eps = (float) epsilon;
      float start = update.step() == 1 ? (float) initial : 0;
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + decay * p[i];
        float square = s[i] + start + g * g;
        s[i] = square;
        p[i] -= rate * g / ((float) Math.sqrt(square) + eps);
      }
    }
  }
}
