package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;

/**
 * {@code nll}: the negative log-likelihood of labels {@code [T, B]} under log-probabilities {@code
 * [T, B, C]}, such as a log-softmax layer gives: {@code -w[y] * x[y]}, weight: the sum of {@code
 * w[y]}.
 *
 * <p>Options {@code ignore-index}, a label that does not count (default none; negative labels never
 * count), {@code class-weights} w, C numbers (default all 1).
 */
public final class Nll implements LossProvider {
  @Override
  public String name() {
    return "nll";
  }

  @Override
  public String description() {
    return "negative log-likelihood of labels under log-probabilities";
  }

  @Override
  public Loss create(OptionReader options) {
    int ignored = Labels.ignored(options);
    double[] weights = Labels.weights(options);
    return (prediction, target) -> value(prediction, target, ignored, weights);
  }

  private static Loss.Value value(Tensor logs, Target target, int ignored, double[] weights) {
    Labels labels = Labels.of("nll", logs, target, ignored);
    double weight = labels.weight("nll", weights);
    Ids safe = labels.safe();
    int[] places = safe.values();
    for (int i = 0; i < places.length; i++) {
      places[i] += i * labels.classes();
    }
    Tensor chosen = logs.reshape(logs.shape().count(), 1).apply(new Op.Gather(safe)); // [T, B, 1]
    Tensor kept = labels.counted().keep(chosen).negate();
    return new Loss.Value(labels.weighted(kept, weights).sum(), weight);
  }
}
