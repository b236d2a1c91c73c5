package dev.comporta.api.training;

import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/** What training makes small. Padding and ignored labels have no part in it. */
@API(status = API.Status.EXPERIMENTAL)
public interface Loss {
  /**
   * The loss of a batch as a sum with its weight, so that chunks of different size can be averaged.
   *
   * @param prediction what the model gives, {@code [T, B, F]}
   * @param target what it should give
   * @return the sum and the weight to divide it by
   * @throws dev.comporta.api.ComportaException if the target does not fit the prediction
   */
  Value of(Tensor prediction, Target target);

  /**
   * A sum with its weight.
   *
   * @param sum a scalar
   * @param weight usually the number of timesteps or elements that count; zero if none does
   */
  record Value(Tensor sum, double weight) {}
}
