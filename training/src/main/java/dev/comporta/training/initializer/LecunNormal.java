package dev.comporta.training.initializer;

/**
 * {@code lecun-normal}: normal with variance {@code 1 / fanIn}, times the option {@code gain}
 * (default 1). Source: LeCun et al. 1998, Efficient BackProp, equation 16.
 */
public final class LecunNormal extends VarianceScaling {
  /** Creates the provider. */
  public LecunNormal() {
    super("lecun-normal", "normal with variance 1 / fan-in (LeCun et al. 1998)", 1, Fan.IN, false);
  }
}
