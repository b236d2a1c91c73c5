package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;

/**
 * {@code adam}: bias-corrected running means of the gradient and of its square; the formula is in
 * {@link AdamRule}.
 *
 * <p>Options: {@code learning-rate} (default 0.001), {@code beta1} (default 0.9), {@code beta2}
 * (default 0.999), {@code epsilon} (default 1e-8), {@code weight-decay}, added to the gradient
 * (default 0), {@code amsgrad} (default false). Source: Kingma and Ba 2015, algorithm 1 and its
 * default settings.
 */
public final class Adam implements OptimizerProvider {
  @Override
  public String name() {
    return "adam";
  }

  @Override
  public String description() {
    return "running means of gradients and squared gradients (Kingma and Ba 2015)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return AdamRule.of(options, 0, false, options.flag("amsgrad", false));
  }
}
