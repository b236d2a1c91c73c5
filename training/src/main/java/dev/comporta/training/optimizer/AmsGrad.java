package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;

/**
 * {@code amsgrad}: Adam with a non-decreasing denominator; the formula is in {@link AdamRule}.
 *
 * <p>Options: those of {@link Adam}, without {@code amsgrad}. Source: Reddi, Kale and Kumar 2018,
 * algorithm 2, with Adam's bias correction as in PyTorch.
 */
public final class AmsGrad implements OptimizerProvider {
  @Override
  public String name() {
    return "amsgrad";
  }

  @Override
  public String description() {
    return "Adam with a non-decreasing denominator (Reddi et al. 2018)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return AdamRule.of(options, 0, false, true);
  }
}
