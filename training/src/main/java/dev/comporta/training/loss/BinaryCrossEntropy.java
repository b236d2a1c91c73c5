package dev.comporta.training.loss;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import java.util.List;

/**
 * {@code binary-cross-entropy}: independent yes-or-no answers, logits {@code x [T, B, F]} against
 * probabilities {@code y [T, B, F]}, in nats: {@code w * y * softplus(-x) + (1 - y) * softplus(x)},
 * which neither overflows nor cancels. Several answers may be yes (multi-label). Options {@code
 * positive-weight} w (default 1), or {@code positive-weights}, one w for each of the F features.
 * Weight: the number of elements that count.
 */
public final class BinaryCrossEntropy implements LossProvider {
  @Override
  public String name() {
    return "binary-cross-entropy";
  }

  @Override
  public String description() {
    return "cross-entropy of independent yes-or-no answers, from logits";
  }

  @Override
  public Loss create(OptionReader options) {
    float positive = (float) options.positive("positive-weight", 1);
    List<Double> each = options.reals("positive-weights");
    Labels.requireWeights("binary-cross-entropy", "positive-weights", each);
    double[] weights = each.stream().mapToDouble(Double::doubleValue).toArray();
    return new ElementLoss(
        "binary-cross-entropy",
        (x, y) ->
            weighted(y.times(positive), weights)
                .times(x.negate().softplus())
                .plus(y.complement().times(x.softplus())));
  }

  /** {@code [T, B, F]} times one weight for each feature. */
  private static Tensor weighted(Tensor y, double[] weights) {
    if (weights.length == 0) {
      return y;
    }
    int features = y.shape().columns();
    if (weights.length != features) {
      throw new InvalidOptionException(
          "[binary-cross-entropy] option 'positive-weights' expected %d numbers, one for each feature, but got %d"
              .formatted(features, weights.length));
    }
    return y.times(Constants.column(y, weights).reshape(features));
  }
}
