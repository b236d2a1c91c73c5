package dev.comporta.training.initializer;

/**
 * {@code he-uniform}: uniform within {@code +-sqrt(6 / fanIn)}, times the option {@code gain}
 * (default 1). Source: He et al. 2015, equation 10.
 */
public final class HeUniform extends VarianceScaling {
  /** Creates the provider. */
  public HeUniform() {
    super(
        "he-uniform",
        "uniform within sqrt(6 / fan-in), for ReLU (He et al. 2015)",
        2,
        Fan.IN,
        true);
  }
}
