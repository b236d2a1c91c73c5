package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import org.apiguardian.api.API;

/**
 * The numbers of a training.
 *
 * @param steps updates in all, those before a resume included; 1 or more
 * @param learningRate the base learning rate; above 0
 * @param seed of dropout
 * @param checkpointEvery updates between two checkpoints; 0 for one at the end only
 */
@API(status = API.Status.EXPERIMENTAL)
public record TrainingSettings(long steps, double learningRate, long seed, long checkpointEvery) {
  /**
   * Checks the numbers.
   *
   * @throws InvalidOptionException if one is out of range
   */
  public TrainingSettings {
    if (steps < 1) {
      throw new InvalidOptionException(
          "[trainer] expected 1 or more steps but got %d".formatted(steps));
    }
    if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          "[trainer] expected a learning rate above 0 but got %s".formatted(learningRate));
    }
    if (checkpointEvery < 0) {
      throw new InvalidOptionException(
          "[trainer] expected 0 or more steps between checkpoints but got %d"
              .formatted(checkpointEvery));
    }
  }
}
