package dev.comporta.cells.model;

import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/** Something to make small beside the loss: a function of what the layers gave in training. */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface OutputPenalty {
  /**
   * The penalty.
   *
   * @param outputs of the layers, first to last, {@code [T, B, F]} with lengths
   * @return a scalar, added to the mean loss
   */
  Tensor of(List<Sequence> outputs);
}
