package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.List;

/**
 * {@code radam}: rectified Adam: the adaptive denominator is used only once its variance is
 * tractable.
 *
 * <pre>
 *   g = gradient + weightDecay * p
 *   m = beta1 * m + (1 - beta1) * g
 *   v = beta2 * v + (1 - beta2) * g^2
 *   rhoInf = 2 / (1 - beta2) - 1
 *   rho = rhoInf - 2 * t * beta2^t / (1 - beta2^t)
 *   r = sqrt((rho - 4)(rho - 2) rhoInf / ((rhoInf - 4)(rhoInf - 2) rho))
 *   p = p - learningRate / (1 - beta1^t) * m * r * sqrt(1 - beta2^t) / (sqrt(v) + epsilon)   if rho &gt; 5
 *   p = p - learningRate / (1 - beta1^t) * m                                              otherwise
 * </pre>
 *
 * <p>Options: {@code learning-rate} (default 0.001), {@code beta1} (default 0.9), {@code beta2}
 * (default 0.999), {@code epsilon} (default 1e-8), {@code weight-decay} (default 0), {@code
 * decoupled}, whether weight decay is decoupled as in {@link AdamW} (default false). Source: Liu et
 * al. 2020, algorithm 2, with PyTorch's threshold of 5.
 */
public final class Radam implements OptimizerProvider {
  @Override
  public String name() {
    return "radam";
  }

  @Override
  public String description() {
    return "rectified Adam (Liu et al. 2020)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return new Rule(
        Settings.learningRate(options, 0.001),
        Settings.decay(options, "beta1", 0.9),
        Settings.decay(options, "beta2", 0.999),
        Settings.epsilon(options, 1e-8),
        Settings.weightDecay(options, 0),
        options.flag("decoupled", false));
  }

  private record Rule(
      double defaultLearningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean decoupled)
      implements Optimizer {
    @Override
    public List<String> slots() {
      return List.of("m", "v");
    }

    @Override
    public void update(Update update) {
      double power = Settings.power(beta2, update.step());
      double rhoInf = 2 / (1 - beta2) - 1;
      double rho = rhoInf - 2 * update.step() * power / (1 - power);
      double rate = update.learningRate() / (1 - Settings.power(beta1, update.step()));
      if (rho > 5) {
        double r = Math.sqrt((rho - 4) * (rho - 2) * rhoInf / ((rhoInf - 4) * (rhoInf - 2) * rho));
        adaptive(update, (float) (rate * r * Math.sqrt(1 - power)));
      } else {
        plain(update, (float) rate);
      }
    }

    private float shrink(Update update) {
      return decoupled ? (float) (1 - update.learningRate() * weightDecay) : 1;
    }

    private void adaptive(Update update, float rate) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] m = update.slots().get(0);
      float[] v = update.slots().get(1);
      float shrink = shrink(update);
      float l2 = decoupled ? 0 : (float) weightDecay;
      float keep1 = (float) beta1;
      float take1 = (float) (1 - beta1);
      float keep2 = (float) beta2;
      float take2 = (float) (1 - beta2);
      float eps = (float) epsilon;
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + l2 * p[i];
        float first = keep1 * m[i] + take1 * g;
        float second = keep2 * v[i] + take2 * (g * g);
        m[i] = first;
        v[i] = second;
        p[i] = shrink * p[i] - rate * first / ((float) Math.sqrt(second) + eps);
      }
    }

    private void plain(Update update, float rate) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] m = update.slots().get(0);
      float[] v = update.slots().get(1);
      float shrink = shrink(update);
      float l2 = decoupled ? 0 : (float) weightDecay;
      float keep1 = (float) beta1;
      float take1 = (float) (1 - beta1);
      float keep2 = (float) beta2;
      float take2 = (float) (1 - beta2);
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + l2 * p[i];
        float first = keep1 * m[i] + take1 * g;
        m[i] = first;
        v[i] = keep2 * v[i] + take2 * (g * g);
        p[i] = shrink * p[i] - rate * first;
      }
    }
  }
}
