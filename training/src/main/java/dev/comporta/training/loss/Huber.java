package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;

/**
 * {@code huber}: {@code (x - y)^2 / 2} for errors up to delta, {@code delta * (|x - y| - delta /
 * 2)} for larger ones. Option: {@code delta} (default 1). Weight: the number of elements that are
 * not padding. Source: Huber 1964.
 */
public final class Huber implements LossProvider {
  @Override
  public String name() {
    return "huber";
  }

  @Override
  public String description() {
    return "Huber loss: squared error up to delta, absolute error above (Huber 1964)";
  }

  @Override
  public Loss create(OptionReader options) {
    float delta = (float) options.positive("delta", 1);
    return new ElementLoss("huber", (x, y) -> huber(x.minus(y).abs(), delta));
  }

  /** {@code m * (e - m / 2)} with m = min(e, delta). */
  static Tensor huber(Tensor error, float delta) {
    Tensor limited = error.minimum(error.constant(Shape.of(), delta));
    return limited.times(error.minus(limited.times(0.5f)));
  }
}
