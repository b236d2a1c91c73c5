package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Constants;
import dev.comporta.training.targets.Labels;

/**
 * {@code cross-entropy}: logits {@code [T, B, C]} against labels {@code [T, B]}, in nats.
 *
 * <pre>
 *   loss(t, b) = -(1 - e) * w[y] * log p[y] - e / C * sum_c w[c] * log p[c],   p = softmax(logits)
 *   weight     = sum of w[y]
 * </pre>
 *
 * <p>Options: {@code ignore-index}, a label to ignore (default none; negative labels are always
 * ignored); {@code label-smoothing}, e in [0, 1) (default 0); {@code class-weights}, w, C numbers
 * (default all 1). The combination of all options follows PyTorch; label smoothing: Szegedy et al.
 * 2016, section 7.
 */
public final class CrossEntropy implements LossProvider {
  @Override
  public String name() {
    return "cross-entropy";
  }

  @Override
  public String description() {
    return "softmax cross-entropy of logits and labels, in nats";
  }

  @Override
  public Loss create(OptionReader options) {
    int ignored = Labels.ignored(options);
    double smoothing = options.real("label-smoothing", 0, 0, Math.nextDown(1.0));
    double[] weights = Labels.weights(options);
    return (prediction, target) -> value(prediction, target, ignored, smoothing, weights);
  }

  private static Loss.Value value(
      Tensor logits, Target target, int ignored, double smoothing, double[] weights) {
    Labels labels = Labels.of("cross-entropy", logits, target, ignored);
    double weight = labels.weight("cross-entropy", weights);
    int timesteps = logits.shape().size(0);
    int batch = logits.shape().size(1);
    if (weights.length == 0) {
      Tensor losses = logits.apply(new Op.CrossEntropy(labels.ids(), smoothing)); // [T * B]
      return new Loss.Value(losses.sum(), weight);
    }
    Tensor losses = logits.apply(new Op.CrossEntropy(labels.ids())); // [T * B]
    Tensor sum = labels.weighted(losses.reshape(timesteps, batch, 1), weights).sum();
    if (smoothing > 0) {
      Tensor logs = labels.counted().keep(logits).logSoftmax();
      logs = logs.times(Constants.column(logits, weights).reshape(labels.classes()));
      Tensor all = labels.counted().keep(logs.sum(-1)).sum();
      sum =
          sum.times((float) (1 - smoothing))
              .plus(all.times((float) (-smoothing / labels.classes())));
    }
    return new Loss.Value(sum, weight);
  }
}
