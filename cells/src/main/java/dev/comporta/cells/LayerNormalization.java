package dev.comporta.cells;

import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/** The normalisation that layers and cells share. */
@API(status = API.Status.EXPERIMENTAL)
public final class LayerNormalization {
  /** What is added to the variance by default. */
  public static final float EPSILON = 1e-5f;

  private LayerNormalization() {}

  /**
   * Shifts and scales each row to mean 0 and variance 1 (Ba, Kiros and Hinton 2016, <i>Layer
   * Normalization</i>); the variance is that of the row, divided by n.
   *
   * <pre>
   * y = (x - mean) / sqrt(mean((x - mean)^2) + epsilon)
   * </pre>
   *
   * @param x {@code [.., n]}
   * @param epsilon what is added to the variance, so that a constant row gives zeros
   * @return {@code [.., n]}
   */
  public static Tensor of(Tensor x, float epsilon) {
    Tensor centred = x.minus(x.mean(-1)); // [.., n]
    Tensor variance = centred.square().mean(-1); // [.., 1]
    return centred.dividedBy(variance.plus(epsilon).sqrt());
  }
}
