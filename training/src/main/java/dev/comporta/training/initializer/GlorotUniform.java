package dev.comporta.training.initializer;

/**
 * {@code glorot-uniform}: uniform within {@code +-sqrt(6 / (fanIn + fanOut))}, times the option
 * {@code gain} (default 1). Source: Glorot and Bengio 2010, equation 16.
 */
public final class GlorotUniform extends VarianceScaling {
  /** Creates the provider. */
  public GlorotUniform() {
    super(
        "glorot-uniform",
        "uniform within sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio 2010)",
        1,
        Fan.AVERAGE,
        true);
  }
}
