package dev.comporta.training;

import org.apiguardian.api.API;

/** Keeps a training state where it survives the process. */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface CheckpointWriter {
  /**
   * Writes the state and the model's parameters, and returns when both are safe. The parameters are
   * those of the model that the trainer was made with.
   *
   * @param state everything else that a resumed run needs
   */
  void write(TrainingState state);
}
