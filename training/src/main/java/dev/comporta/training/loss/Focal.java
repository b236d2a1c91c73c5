package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Labels;

/**
 * {@code focal}: logits {@code [T, B, C]} against labels {@code [T, B]}, in nats, with less weight
 * on what the model already knows (Lin et al. 2017, equation 5):
 *
 * <pre>
 *   loss(t, b) = -w[y] * (1 - p[y])^g * log p[y],   p = softmax(logits)
 *   weight     = sum of w[y]
 * </pre>
 *
 * <p>Options: {@code gamma}, g, 0 or more (default 2; 0 is cross-entropy); {@code class-weights},
 * w, C numbers (default all 1); {@code ignore-index}, a label to ignore (default none; negative
 * labels are always ignored).
 */
public final class Focal implements LossProvider {
  /** The least 1 - p, so that its logarithm is finite; the loss is 0 there. */
  private static final float LEAST = 1e-30f;

  private static final double MOST = 20;

  @Override
  public String name() {
    return "focal";
  }

  @Override
  public String description() {
    return "cross-entropy with less weight on examples that are already right, in nats";
  }

  @Override
  public Loss create(OptionReader options) {
    int ignored = Labels.ignored(options);
    double gamma = options.real("gamma", 2, 0, MOST);
    double[] weights = Labels.weights(options);
    return (prediction, target) -> value(prediction, target, ignored, (float) gamma, weights);
  }

  private static Loss.Value value(
      Tensor logits, Target target, int ignored, float gamma, double[] weights) {
    Labels labels = Labels.of("focal", logits, target, ignored);
    double weight = labels.weight("focal", weights);
    int timesteps = logits.shape().size(0);
    int batch = logits.shape().size(1);
    Tensor losses =
        logits.apply(new Op.CrossEntropy(labels.ids())).reshape(timesteps, batch, 1); // -log p[y]
    if (gamma > 0) {
      Tensor rest = losses.negate().exp().complement(); // 1 - p[y]
      Tensor power = rest.maximum(rest.constant(rest.shape(), LEAST)).log().times(gamma).exp();
      losses = losses.times(power);
    }
    return new Loss.Value(labels.weighted(losses, weights).sum(), weight);
  }
}
