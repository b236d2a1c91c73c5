package dev.comporta.training;

import org.apiguardian.api.API;

/** Receives training events, on the trainer's thread, between updates. */
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
