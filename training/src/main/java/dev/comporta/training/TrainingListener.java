package dev.comporta.training;

import org.apiguardian.api.API;

/**
 * Hears what a trainer does, on the trainer's thread, between two steps. If it throws, the trainer
 * writes a checkpoint, ends and throws the same; it tells nothing after that.
 */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface TrainingListener {
  /**
   * Handles one event.
   *
   * @param event the event
   */
  void on(TrainingEvent event);
}
