package dev.comporta.api.training;

import dev.comporta.api.tensor.Shape;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A loss of label sequences that do not follow from the shape of the prediction: those of {@code
 * ctc} are shorter, and those of {@code crf} have fewer classes. Estimates of memory and time,
 * which have no data, ask it for a target.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface LabelSequenceLoss extends Loss {
  /**
   * A target that fits a prediction.
   *
   * @param prediction its shape, {@code [T, B, C]}
   * @param lengths one length for each row, or null if no row is padded
   * @return labels {@code [L, B]} with as many labels as usual data have
   */
  Target typical(Shape prediction, int @Nullable [] lengths);
}
