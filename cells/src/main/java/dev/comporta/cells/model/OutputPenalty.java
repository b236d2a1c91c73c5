package dev.comporta.cells.model;

import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Tensor;
import java.util.List;
import org.apiguardian.api.API;

/** A penalty that is added to the loss: a function of the layers' outputs in training. */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface OutputPenalty {
  /**
   * The penalty.
   *
   * @param outputs the outputs of the layers, first to last, {@code [T, B, F]} with lengths
   * @return a scalar, added to the mean loss
   */
  Tensor of(List<Sequence> outputs);
}
