package dev.comporta.cells;

import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/** Layer normalisation, as used by layers and cells. */
@API(status = API.Status.EXPERIMENTAL)
public final class LayerNormalization {
  /** The default epsilon, which is added to the variance. */
  public static final float EPSILON = 1e-5f;

  private LayerNormalization() {}

  /**
   * Normalises each row to mean 0 and variance 1 (Ba, Kiros and Hinton 2016, <i>Layer
   * Normalization</i>); the variance is the biased one, divided by n.
   *
   * <pre>
   * y = (x - mean) / sqrt(mean((x - mean)^2) + epsilon)
   * </pre>
   *
   * @param x {@code [.., n]}
   * @param epsilon added to the variance, so that a constant row gives zeros
   * @return {@code [.., n]}
   */
  public static Tensor of(Tensor x, float epsilon) {
    Tensor centred = x.minus(x.mean(-1)); // [.., n]
    Tensor variance = centred.square().mean(-1); // [.., 1]
    return centred.dividedBy(variance.plus(epsilon).sqrt());
  }
}
