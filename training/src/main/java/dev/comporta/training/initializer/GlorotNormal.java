package dev.comporta.training.initializer;

/**
 * {@code glorot-normal}: normal with variance {@code 2 / (fanIn + fanOut)}, times the option {@code
 * gain} (default 1). Source: Glorot and Bengio 2010, equation 12.
 */
public final class GlorotNormal extends VarianceScaling {
  /** Creates the provider. */
  public GlorotNormal() {
    super(
        "glorot-normal",
        "normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010)",
        1,
        Fan.AVERAGE,
        false);
  }
}
