package dev.comporta.training.initializer;

/**
 * {@code he-normal}: normal with variance {@code 2 / fanIn}, times the option {@code gain} (default
 * 1). Source: He et al. 2015, equation 10.
 */
public final class HeNormal extends VarianceScaling {
  /** Creates the provider. */
  public HeNormal() {
    super(
        "he-normal",
        "normal with variance 2 / fan-in, for ReLU (He et al. 2015)",
        2,
        Fan.IN,
        false);
  }
}
