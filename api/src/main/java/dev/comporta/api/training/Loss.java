package dev.comporta.api.training;

import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/** The objective to minimise. Padding and ignored labels do not contribute. */
@API(status = API.Status.STABLE)
public interface Loss {
  /**
   * Computes the loss of a batch as a sum and a weight, so that chunks of different sizes can be
   * averaged.
   *
   * @param prediction the model's output, {@code [T, B, F]}
   * @param target the expected output
   * @return the sum and the weight to divide it by
   * @throws dev.comporta.api.ComportaException if the target does not match the prediction
   */
  Value of(Tensor prediction, Target target);

  /**
   * A sum and its weight.
   *
   * @param sum a scalar
   * @param weight usually the number of timesteps or elements that contribute; may be zero
   */
  record Value(Tensor sum, double weight) {}
}
