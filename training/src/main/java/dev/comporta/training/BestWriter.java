package dev.comporta.training;

import org.apiguardian.api.API;

/** Saves the best model so far to permanent storage. */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface BestWriter {
  /**
   * Writes the model with the lowest validation loss so far. During the call the trainer's model
   * has the parameters that were evaluated: the average, if there is one.
   *
   * @param step the number of completed updates
   * @param loss the validation loss of the model
   */
  void write(long step, double loss);
}
