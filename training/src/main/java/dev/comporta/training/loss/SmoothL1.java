package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;

/**
 * {@code smooth-l1}: {@code (x - y)^2 / (2 * beta)} for errors below beta, {@code |x - y| - beta /
 * 2} for larger ones: the Huber loss divided by its delta. Option: {@code beta} (default 1).
 * Weight: the number of elements that are not padding. Source: Girshick 2015, equation 3.
 */
public final class SmoothL1 implements LossProvider {
  @Override
  public String name() {
    return "smooth-l1";
  }

  @Override
  public String description() {
    return "smooth L1 loss: squared error below beta, absolute error above (Girshick 2015)";
  }

  @Override
  public Loss create(OptionReader options) {
    float beta = (float) options.positive("beta", 1);
    return new ElementLoss(
        "smooth-l1", (x, y) -> Huber.huber(x.minus(y).abs(), beta).times(1 / beta));
  }
}
