package dev.comporta.training.optimizer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;
import java.util.List;

/**
 * {@code sgd}: stochastic gradient descent with optional momentum.
 *
 * <pre>
 *   g = gradient + weightDecay * p
 *   v = momentum * v + (1 - dampening) * g        (v = g in the first update)
 *   p = p - learningRate * v                      (Nesterov: p - learningRate * (g + momentum * v))
 * </pre>
 *
 * <p>Options: {@code learning-rate} (default 0.01), {@code momentum} (default 0; 0.9 is usual),
 * {@code dampening} (default 0), {@code nesterov} (default false), {@code weight-decay} (default
 * 0). Sources: Robbins and Monro 1951; Polyak 1964; Nesterov 1983 in the form of Sutskever et al.
 * 2013, as in PyTorch.
 */
public final class Sgd implements OptimizerProvider {
  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public String description() {
    return "stochastic gradient descent, with optional momentum or Nesterov momentum (Sutskever et al. 2013)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    double momentum = Settings.decay(options, "momentum", 0);
    double dampening = options.real("dampening", 0, 0, 1);
    boolean nesterov = options.flag("nesterov", false);
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new InvalidOptionException(
          formatted(
              "[sgd] option 'nesterov' expected a 'momentum' above 0 and no 'dampening' but got momentum %s and dampening %s",
              momentum, dampening));
    }
    if (dampening != 0 && momentum == 0) {
      throw new InvalidOptionException(
          "[sgd] option 'dampening' expected a 'momentum' above 0, without which it has no effect, but got dampening "
              + dampening);
    }
    return new Rule(
        Settings.learningRate(options, 0.01),
        momentum,
        dampening,
        nesterov,
        Settings.weightDecay(options, 0));
  }

  private record Rule(
      double defaultLearningRate,
      double momentum,
      double dampening,
      boolean nesterov,
      double weightDecay)
      implements Optimizer {
    @Override
    public List<String> slots() {
      return momentum == 0 ? List.of() : List.of("velocity");
    }

    @Override
    public void update(Update update) {
      if (momentum == 0) {
        descend(update);
      } else {
        roll(update, update.slots().getFirst());
      }
    }

    private void descend(Update update) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float rate = (float) update.learningRate();
      float decay = (float) weightDecay;
      for (int i = update.from(); i < update.to(); i++) {
        p[i] -= rate * (gradients[i] + decay * p[i]);
      }
    }

    private void roll(Update update, float[] v) {
      float[] p = update.values();
      float[] gradients = update.gradients();
      float rate = (float) update.learningRate();
      float decay = (float) weightDecay;
      float keep = (float) momentum;
      float take = update.step() == 1 ? 1 : (float) (1 - dampening);
      float ofGradient = nesterov ? 1 : 0;
      float ofVelocity = nesterov ? keep : 1;
      for (int i = update.from(); i < update.to(); i++) {
        float g = gradients[i] + decay * p[i];
        float next = keep * v[i] + take * g;
        v[i] = next;
        p[i] -= rate * (ofGradient * g + ofVelocity * next);
      }
    }
  }
}
