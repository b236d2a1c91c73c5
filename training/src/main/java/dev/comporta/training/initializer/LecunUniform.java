package dev.comporta.training.initializer;

/**
 * {@code lecun-uniform}: uniform within {@code +-sqrt(3 / fanIn)}, times the option {@code gain}
 * (default 1). Source: LeCun et al. 1998, Efficient BackProp, equation 16.
 */
public final class LecunUniform extends VarianceScaling {
  /** Creates the provider. */
  public LecunUniform() {
    super("lecun-uniform", "uniform within sqrt(3 / fan-in) (LeCun et al. 1998)", 1, Fan.IN, true);
  }
}
