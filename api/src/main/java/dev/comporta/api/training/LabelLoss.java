package dev.comporta.api.training;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * A loss that needs no more of a prediction than the log-probabilities of the labels, so that a
 * {@link dev.comporta.api.layer.LabelledLayer} need not compute the others.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface LabelLoss extends Loss {
  /**
   * The same value as {@link #of} gives for the whole prediction.
   *
   * @param logProbabilities gives {@code [T, B, 1]} for labels {@code [T, B]}, 0 for negative ones
   * @param target the labels
   * @param prediction the shape that the whole prediction would have, {@code [T, B, C]}
   * @return the sum and the weight to divide it by
   * @throws dev.comporta.api.ComportaException if the target does not fit the prediction
   */
  Value ofLabels(Function<Ids, Tensor> logProbabilities, Target target, Shape prediction);
}
