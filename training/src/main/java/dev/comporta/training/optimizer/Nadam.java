package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.List;

/**
 * {@code nadam}: Adam with Nesterov momentum.
 *
 * <pre>
 *   mu_t = beta1 * (1 - 0.5 * 0.96^(t * momentumDecay))
 *   M_t  = mu_1 * .. * mu_t
 *   g = gradient + weightDecay * p
 *   m = beta1 * m + (1 - beta1) * g
 *   v = beta2 * v + (1 - beta2) * g^2
 *   d = mu_(t+1) / (1 - M_(t+1)) * m + (1 - mu_t) / (1 - M_t) * g
 *   p = p - learningRate * d / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>Options: {@code learning-rate} (default 0.002), {@code beta1} (default 0.9), {@code beta2}
 * (default 0.999), {@code epsilon} (default 1e-8), {@code momentum-decay} (default 0.004), {@code
 * weight-decay} (default 0), {@code decoupled}, whether weight decay is decoupled as in {@link
 * AdamW} (default false), {@code form}: {@code paper} (default), or {@code pytorch-1}, which uses
 * {@code mu_t * M_(t+1)} in place of {@code M_(t+1)}, as PyTorch did before version 2.0 (its pull
 * request 92699). Source: Dozat 2016.
 */
public final class Nadam implements OptimizerProvider {
  @Override
  public String name() {
    return "nadam";
  }

  @Override
  public String description() {
    return "Adam with Nesterov momentum (Dozat 2016)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return new Rule(
        Settings.learningRate(options, 0.002),
        Settings.decay(options, "beta1", 0.9),
        Settings.decay(options, "beta2", 0.999),
        Settings.epsilon(options, 1e-8),
        options.real("momentum-decay", 0.004, 0, Double.MAX_VALUE),
        Settings.weightDecay(options, 0),
        options.flag("decoupled", false),
        options.choice("form", "paper", List.of("paper", "pytorch-1")).equals("pytorch-1"));
  }

  private record Rule(
      double defaultLearningRate,
      double beta1,
      double beta2,
      double epsilon,
      double momentumDecay,
      double weightDecay,
      boolean decoupled,
      boolean pytorch1)
      implements Optimizer {
    @Override
    public List<String> slots() {
      return List.of("m", "v");
    }

    @Override
    public List<String> scalars() {
      return List.of("momentum-product");
    }

    @Override
    public void prepare(long step, double learningRate, double[] scalars) {
      scalars[0] = (step == 1 ? 1 : scalars[0]) * momentum(step);
    }

    private double momentum(long step) {
      return beta1 * (1 - 0.5 * StrictMath.pow(0.96, step * momentumDecay));
    }

    @Override
    public void update(Update update) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] m = update.slots().get(0);
      float[] v = update.slots().get(1);
      double product = update.scalars()[0];
      double now = momentum(update.step());
      double next = momentum(update.step() + 1);
      double rate = update.learningRate();
      float ofGradient = (float) (rate * (1 - now) / (1 - product));
      double nextProduct = product * next * (pytorch1 ? now : 1);
      float ofMean = (float) (rate * next / (1 - nextProduct));
      float rootScale = (float) (1 / Math.sqrt(1 - Settings.power(beta2, update.step())));
      float shrink = decoupled ? (float) (1 - rate * weightDecay) : 1;
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
        p[i] =
            shrink * p[i]
                - (ofGradient * g + ofMean * first) / ((float) Math.sqrt(second) * rootScale + eps);
      }
    }
  }
}
