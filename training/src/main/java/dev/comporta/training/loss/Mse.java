package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;

/**
 * {@code mse}: the squared error {@code (x - y)^2} of each element. No options. Weight: the number
 * of elements that are not padding.
 */
public final class Mse implements LossProvider {
  @Override
  public String name() {
    return "mse";
  }

  @Override
  public String description() {
    return "mean squared error";
  }

  @Override
  public Loss create(OptionReader options) {
    return new ElementLoss("mse", (x, y) -> x.minus(y).square());
  }
}
