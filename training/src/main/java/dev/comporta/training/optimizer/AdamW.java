package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;

/**
 * {@code adamw}: Adam with weight decay beside the gradient, not in it; the formula is in {@link
 * AdamRule}.
 *
 * <p>Options as {@link Adam}; {@code weight-decay} is 0.01 by default. Source: Loshchilov and
 * Hutter 2019, algorithm 2.
 */
public final class AdamW implements OptimizerProvider {
  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public String description() {
    return "Adam with decoupled weight decay (Loshchilov and Hutter 2019)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return AdamRule.of(options, 0.01, true, options.flag("amsgrad", false));
  }
}
