package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import org.apiguardian.api.API;

/**
 * The numeric settings of a training run.
 *
 * @param steps the total number of updates, including those before a resume; 1 or more
 * @param learningRate the base learning rate; above 0
 * @param seed the seed of dropout and other noise
 * @param checkpointEvery the number of updates between checkpoints; 0 for a single one at the end
 */
@API(status = API.Status.EXPERIMENTAL)
public record TrainingSettings(long steps, double learningRate, long seed, long checkpointEvery) {
  /**
   * Checks the ranges.
   *
   * @throws InvalidOptionException if a value is out of range
   */
  public TrainingSettings {
    if (steps < 1) {
      throw new InvalidOptionException(
          formatted("[trainer] expected 1 or more steps but got %d", steps));
    }
    if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          formatted("[trainer] expected a learning rate above 0 but got %s", learningRate));
    }
    if (checkpointEvery < 0) {
      throw new InvalidOptionException(
          formatted(
              "[trainer] expected 0 or more steps between checkpoints but got %d",
              checkpointEvery));
    }
  }
}
