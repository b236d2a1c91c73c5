package dev.comporta.api.layer;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/**
 * An output layer that can compute the log-probability of a known label without computing those of
 * all classes, such as an adaptive softmax. {@link #forward} returns the log-probability of every
 * class; {@link #logProbabilities} returns only that of each timestep's label, which is sufficient
 * for a {@linkplain dev.comporta.api.training.LabelLoss label loss}. It has no carry.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface LabelledLayer extends Layer {
  /**
   * The log-probability of each label, equal to the corresponding element of {@link #forward}.
   *
   * @param input features {@code [T, B, F]}
   * @param labels {@code [T, B]}, below {@link #outputSize}; the result for a negative label is 0
   * @param context access to parameters and services
   * @return {@code [T, B, 1]}, in nats
   */
  Tensor logProbabilities(Sequence input, Ids labels, LayerContext context);
}
