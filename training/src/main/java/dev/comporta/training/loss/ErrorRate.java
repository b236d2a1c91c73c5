package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;
import dev.comporta.api.training.Target;
import dev.comporta.training.targets.Labels;

/**
 * {@code error-rate}: the share of labels {@code [T, B]} whose score in {@code [T, B, C]} is not
 * the largest, 1 - accuracy. It has no gradient: it measures validation data, and is not an
 * objective.
 *
 * <p>Option: {@code ignore-index}, a label to ignore (default none; negative labels are always
 * ignored).
 */
public final class ErrorRate implements LossProvider {
  @Override
  public String name() {
    return "error-rate";
  }

  @Override
  public String description() {
    return "share of wrong labels, to measure validation data; has no gradient";
  }

  @Override
  public Loss create(OptionReader options) {
    int ignored = Labels.ignored(options);
    return (prediction, target) -> value(prediction, target, ignored);
  }

  private static Loss.Value value(Tensor scores, Target target, int ignored) {
    Labels labels = Labels.of("error-rate", scores, target, ignored);
    Ids safe = labels.safe();
    int[] places = safe.values();
    for (int i = 0; i < places.length; i++) {
      places[i] += i * labels.classes();
    }
    Tensor own = scores.reshape(scores.shape().count(), 1).gather(safe); // [T, B, 1]
    Tensor largest =
        scores.apply(new Op.MaxLast()).reshape(scores.shape().size(0), scores.shape().size(1), 1);
    Tensor wrong = labels.counted().keep(largest.minus(own)).step();
    return new Loss.Value(wrong.sum(), labels.counted().count());
  }
}
