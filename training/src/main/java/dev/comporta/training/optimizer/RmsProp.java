package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.List;

/**
 * {@code rmsprop}: the gradient divided by its running root mean square.
 *
 * <pre>
 *   g = gradient + weightDecay * p
 *   s = decay * s + (1 - decay) * g^2
 *   a = decay * a + (1 - decay) * g               (centered only)
 *   d = g / (sqrt(s - a^2) + epsilon)             (not centered: a = 0)
 *   v = momentum * v + d
 *   p = p - learningRate * v
 * </pre>
 *
 * <p>Options: {@code learning-rate} (default 0.001), {@code decay} (default 0.9), {@code epsilon}
 * (default 1e-8), {@code momentum} (default 0), {@code centered} (default false), {@code
 * weight-decay} (default 0). The variance {@code s - a^2} is clamped to 0, because rounding can
 * make it negative. Sources: Tieleman and Hinton 2012, lecture 6e; centered: Graves 2013, equations
 * 38 to 41.
 */
public final class RmsProp implements OptimizerProvider {
  @Override
  public String name() {
    return "rmsprop";
  }

  @Override
  public String description() {
    return "gradients divided by their running root mean square (Tieleman and Hinton 2012)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return new Rule(
        Settings.learningRate(options, 0.001),
        Settings.decay(options, "decay", 0.9),
        Settings.epsilon(options, 1e-8),
        Settings.decay(options, "momentum", 0),
        options.flag("centered", false),
        Settings.weightDecay(options, 0));
  }

  private record Rule(
      double defaultLearningRate,
      double decay,
      double epsilon,
      double momentum,
      boolean centered,
      double weightDecay)
      implements Optimizer {
    @Override
    public List<String> slots() {
      if (centered) {
        return List.of("squares", "velocity", "mean");
      }
      return momentum == 0 ? List.of("squares") : List.of("squares", "velocity");
    }

    @Override
    public void update(Update update) {
      if (centered) {
        centered(update);
      } else if (momentum == 0) {
        plain(update);
      } else {
        rolling(update);
      }
    }

    private void plain(Update update) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] s = update.slots().getFirst();
      float rate = (float) update.learningRate();
      float l2 = (float) weightDecay;
      float keep = (float) decay;
      float take = (float) (1 - decay);
      float eps = (float) epsilon;
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + l2 * p[i];
        float square = keep * s[i] + take * (g * g);
        s[i] = square;
        p[i] -= rate * g / ((float) Math.sqrt(square) + eps);
      }
    }

    private void rolling(Update update) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] s = update.slots().get(0);
      float[] v = update.slots().get(1);
      float rate = (float) update.learningRate();
      float l2 = (float) weightDecay;
      float keep = (float) decay;
      float take = (float) (1 - decay);
      float eps = (float) epsilon;
      float roll = (float) momentum;
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + l2 * p[i];
        float square = keep * s[i] + take * (g * g);
        float next = roll * v[i] + g / ((float) Math.sqrt(square) + eps);
        s[i] = square;
        v[i] = next;
        p[i] -= rate * next;
      }
    }

    /** Two loops, because the compiler does not vectorise a single one. */
    private void centered(Update update) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float[] s = update.slots().get(0);
      float[] v = update.slots().get(1);
      float[] a = update.slots().get(2);
      float rate = (float) update.learningRate();
      float l2 = (float) weightDecay;
      float keep = (float) decay;
      float take = (float) (1 - decay);
      float eps = (float) epsilon;
      float roll = (float) momentum;
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + l2 * p[i];
        s[i] = keep * s[i] + take * (g * g);
        a[i] = keep * a[i] + take * g;
      }
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + l2 * p[i];
        float variance = Math.max(s[i] - a[i] * a[i], 0);
        float next = roll * v[i] + g / ((float) Math.sqrt(variance) + eps);
        v[i] = next;
        p[i] -= rate * next;
      }
    }
  }
}
