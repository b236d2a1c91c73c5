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

  /**
   * Settings of a run of some updates: a learning rate of 0.001, seed 1, one checkpoint at the end.
   *
   * @param steps the total number of updates; 1 or more
   * @return the settings; change them with the other methods
   * @throws InvalidOptionException if the number is below 1
   */
  public static TrainingSettings of(long steps) {
    return new TrainingSettings(steps, 0.001, 1, 0);
  }

  /**
   * These settings with another learning rate.
   *
   * @param base the base learning rate; above 0
   * @return the new settings
   * @throws InvalidOptionException if it is not above 0
   */
  public TrainingSettings learningRate(double base) {
    return new TrainingSettings(steps, base, seed, checkpointEvery);
  }

  /**
   * These settings with another seed of dropout and other noise.
   *
   * @param noise the seed
   * @return the new settings
   */
  public TrainingSettings seed(long noise) {
    return new TrainingSettings(steps, learningRate, noise, checkpointEvery);
  }

  /**
   * These settings with checkpoints during the run.
   *
   * @param updates the number of updates between checkpoints; 0 for a single one at the end
   * @return the new settings
   * @throws InvalidOptionException if it is negative
   */
  public TrainingSettings checkpointEvery(long updates) {
    return new TrainingSettings(steps, learningRate, seed, updates);
  }
}
