package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import dev.comporta.api.training.OptimizerProvider;

/**
 * {@code amsgrad}: Adam whose denominator never falls; the formula is in {@link AdamRule}.
 *
 * <p>Options as {@link Adam}, without {@code amsgrad}. Source: Reddi, Kale and Kumar 2018,
 * algorithm 2, with Adam's corrections for the start at zero as in PyTorch.
 */
public final class AmsGrad implements OptimizerProvider {
  @Override
  public String name() {
    return "amsgrad";
  }

  @Override
  public String description() {
    return "Adam whose denominator never falls (Reddi et al. 2018)";
  }

  @Override
  public Optimizer create(OptionReader options) {
    return AdamRule.of(options, 0, false, true);
  }
}
