package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;

/**
 * {@code binary-cross-entropy}: independent yes-or-no answers, logits {@code x [T, B, F]} against
 * probabilities {@code y [T, B, F]}, in nats: {@code w * y * softplus(-x) + (1 - y) * softplus(x)},
 * which neither overflows nor cancels. Several answers may be yes (multi-label). Option {@code
 * positive-weight} w (default 1). Weight: the number of elements that count.
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
    return new ElementLoss(
        "binary-cross-entropy",
        (x, y) ->
            y.times(positive)
                .times(x.negate().softplus())
                .plus(y.complement().times(x.softplus())));
  }
}
