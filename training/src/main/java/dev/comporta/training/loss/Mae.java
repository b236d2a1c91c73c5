package dev.comporta.training.loss;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Loss;
import dev.comporta.api.training.LossProvider;

/**
 * {@code mae}: the absolute error {@code |x - y|} of each element; the gradient at zero is zero. No
 * options. Weight: the number of elements that are not padding.
 */
public final class Mae implements LossProvider {
  @Override
  public String name() {
    return "mae";
  }

  @Override
  public String description() {
    return "mean absolute error (L1)";
  }

  @Override
  public Loss create(OptionReader options) {
    return new ElementLoss("mae", (x, y) -> x.minus(y).abs());
  }
}
