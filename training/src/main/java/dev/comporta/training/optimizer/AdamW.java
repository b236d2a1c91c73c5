package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;

/**
 * {@code adamw}: Adam with decoupled weight decay; the formula is in {@link AdamRule}.
 *
 * <p>Options: those of {@link Adam}, with a default {@code weight-decay} of 0.01. Source:
 * Loshchilov and Hutter 2019, algorithm 2.
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
