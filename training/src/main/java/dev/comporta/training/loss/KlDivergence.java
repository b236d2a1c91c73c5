package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Counted;
import java.util.List;

/**
 * {@code kl-divergence}: the divergence of a target distribution p from a predicted distribution q,
 * both over the last axis of {@code [T, B, C]}, in nats: {@code sum_c p[c] * (log p[c] - log
 * q[c])}, where {@code 0 log 0 = 0}. Option: {@code input}, whether the prediction is {@code
 * logits} (default) or {@code log-probabilities}. Weight: the number of timesteps that are not
 * padding (PyTorch's {@code batchmean}). No gradient flows into the target. Source: Kullback and
 * Leibler 1951.
 */
public final class KlDivergence implements LossProvider {
  @Override
  public String name() {
    return "kl-divergence";
  }

  @Override
  public String description() {
    return "Kullback-Leibler divergence of target from predicted distributions";
  }

  @Override
  public Loss create(OptionReader options) {
    boolean logits =
        options.choice("input", "logits", List.of("logits", "log-probabilities")).equals("logits");
    return (prediction, target) -> value(prediction, target, logits);
  }

  private static Loss.Value value(Tensor prediction, Target target, boolean logits) {
    Counted counted = Counted.of("kl-divergence", prediction, target);
    Tensor p =
        counted
            .keep(ElementLoss.checked("kl-divergence", prediction, target))
            .stopGradient(); // [T, B, C]
    Tensor x = counted.keep(prediction);
    Tensor logQ = logits ? x.logSoftmax() : x;
    Tensor zero = x.constant(Shape.of(), 0);
    Tensor terms = p.step().select(p.times(p.log().minus(logQ)), zero);
    return new Loss.Value(terms.sum(), counted.count());
  }
}
