package dev.comporta.training;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.training.Loss;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * When the model is validated, and early stopping.
 *
 * @param loss the validation loss, or null for the training loss; for example the plain
 *     cross-entropy if training uses label smoothing
 * @param every the number of updates between validations; 0 for the end of each epoch
 * @param patience the number of consecutive validations without improvement after which training
 *     ends; 0 disables early stopping
 * @param gain the minimum decrease below the best loss that counts as an improvement; 0 or more
 * @param keepBest whether the best parameters are kept and restored after the last update
 */
@API(status = API.Status.EXPERIMENTAL)
public record ValidationRules(
    @Nullable Loss loss, long every, int patience, double gain, boolean keepBest) {
  /** The training loss at the end of each epoch, without early stopping. */
  public static final ValidationRules EVERY_EPOCH = new ValidationRules(null, 0, 0, 0, false);

  /**
   * Checks the ranges.
   *
   * @throws InvalidOptionException if a value is out of range
   */
  public ValidationRules {
    if (every < 0) {
      throw new InvalidOptionException(
          formatted("[trainer] expected 0 or more updates between validations but got %d", every));
    }
    if (patience < 0 || !(gain >= 0 && gain < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          formatted(
              "[trainer] expected a patience and a gain of 0 or more but got %d and %s",
              patience, gain));
    }
  }

  /**
   * These rules with another validation loss.
   *
   * @param measured the validation loss
   * @return the new rules
   */
  public ValidationRules measuring(Loss measured) {
    return new ValidationRules(measured, every, patience, gain, keepBest);
  }

  /** Whether patience is exhausted; a loss of NaN is not an improvement. */
  boolean exhausted(Iterable<Double> losses) {
    double best = Double.POSITIVE_INFINITY;
    int without = 0;
    for (double loss : losses) {
      if (loss < best && (best == Double.POSITIVE_INFINITY || loss < best - gain)) {
        best = loss;
        without = 0;
      } else {
        without++;
      }
    }
    return patience > 0 && without >= patience;
  }
}
