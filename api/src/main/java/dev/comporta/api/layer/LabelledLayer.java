package dev.comporta.api.layer;

import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Tensor;
import org.apiguardian.api.API;

/**
 * A last layer over so many classes that it looks at few of them where the labels are known: its
 * {@link #forward} gives the log-probability of every class, {@link #logProbabilities} only that of
 * each timestep's label, which is all that a {@linkplain dev.comporta.api.training.LabelLoss loss
 * of labels} needs. It has no carry.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface LabelledLayer extends Layer {
  /**
   * The log-probability of each label: the same numbers as {@link #forward} has at the labels'
   * places.
   *
   * @param input features {@code [T, B, F]}
   * @param labels {@code [T, B]}, below {@link #outputSize}; 0 is given for negative ones
   * @param context parameters and services
   * @return {@code [T, B, 1]}, in nats
   */
  Tensor logProbabilities(Sequence input, Ids labels, LayerContext context);
}
