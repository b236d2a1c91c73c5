package dev.comporta.api.training;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * A loss that depends only on the log-probabilities of the labels, so that a {@link
 * dev.comporta.api.layer.LabelledLayer} need not compute those of the other classes.
 */
@API(status = API.Status.STABLE)
public interface LabelLoss extends Loss {
  /**
   * The same value as {@link #of}, from the log-probabilities of the labels.
   *
   * @param logProbabilities returns {@code [T, B, 1]} for labels {@code [T, B]}, 0 for negative
   *     labels
   * @param target the labels
   * @param prediction the shape of the whole prediction, {@code [T, B, C]}
   * @return the sum and the weight to divide it by
   * @throws dev.comporta.api.ComportaException if the target does not match the prediction
   */
  Value ofLabels(Function<Ids, Tensor> logProbabilities, Target target, Shape prediction);
}
