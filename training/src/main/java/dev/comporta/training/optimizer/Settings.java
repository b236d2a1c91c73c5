package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;

/** Reads the options that several optimizers share, and computes powers of decay rates. */
final class Settings {
  private Settings() {}

  static double learningRate(OptionReader options, double otherwise) {
    return options.positive("learning-rate", otherwise);
  }

  /** The term added to the square root in a denominator. */
  static double epsilon(OptionReader options, double otherwise) {
    return options.real("epsilon", otherwise, 0, Double.MAX_VALUE);
  }

  /** The factor of the parameters that is added to their gradients. */
  static double weightDecay(OptionReader options, double otherwise) {
    return options.real("weight-decay", otherwise, 0, Double.MAX_VALUE);
  }

  /** A decay rate in [0, 1). */
  static double decay(OptionReader options, String option, double otherwise) {
    return options.real(option, otherwise, 0, Math.nextDown(1.0));
  }

  /** A decay rate to the power of the update number; the same bits on every machine. */
  static double power(double decay, long step) {
    return StrictMath.pow(decay, (double) step);
  }
}
