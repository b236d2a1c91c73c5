package dev.comporta.frame.training;

import dev.comporta.api.model.Spec;
import org.apiguardian.api.API;

/**
 * The defaults of a task's training runs.
 *
 * @param epochs passes over the data; 0 for a task that counts updates only
 * @param steps updates; 0 if epochs are counted
 * @param optimizer its name
 * @param learningRate the base learning rate of this optimizer; any other has a default of its own
 * @param schedule the learning-rate schedule
 * @param clip the largest norm of all gradients; 0 for no limit
 * @param checkpointEvery updates between checkpoints
 */
@API(status = API.Status.EXPERIMENTAL)
public record TrainingDefaults(
    int epochs,
    int steps,
    String optimizer,
    double learningRate,
    Spec schedule,
    double clip,
    int checkpointEvery) {
  /**
   * Adam with a cosine schedule and gradients clipped at norm 1.
   *
   * @param epochs passes over the data
   * @param learningRate the base learning rate
   * @return the defaults
   */
  public static TrainingDefaults epochs(int epochs, double learningRate) {
    return new TrainingDefaults(epochs, 0, "adam", learningRate, Spec.of("cosine"), 1, 1000);
  }

  /**
   * The same for a number of updates.
   *
   * @param steps updates
   * @param learningRate the base learning rate
   * @return the defaults
   */
  public static TrainingDefaults steps(int steps, double learningRate) {
    return new TrainingDefaults(0, steps, "adam", learningRate, Spec.of("cosine"), 1, 1000);
  }

  /**
   * These defaults with other checkpoints.
   *
   * @param updates between checkpoints
   * @return the new defaults
   */
  public TrainingDefaults checkpointEvery(int updates) {
    return new TrainingDefaults(epochs, steps, optimizer, learningRate, schedule, clip, updates);
  }
}
