package dev.comporta.training;

import org.apiguardian.api.API;

/** Saves training states to permanent storage. */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface CheckpointWriter {
  /**
   * Writes the state and the model's parameters, and returns when both have been written. The
   * parameters are those of the model that was passed to the trainer.
   *
   * @param state everything that a resumed run needs in addition to the parameters
   */
  void write(TrainingState state);
}
