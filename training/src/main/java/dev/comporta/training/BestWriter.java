package dev.comporta.training;

import org.apiguardian.api.API;

/** Keeps the best model so far where it survives the process. */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface BestWriter {
  /**
   * Writes the model whose validation loss is the lowest so far. During the call the parameters of
   * the trainer's model are those that were measured: the average, if there is one.
   *
   * @param step updates done
   * @param loss its validation loss
   */
  void write(long step, double loss);
}
