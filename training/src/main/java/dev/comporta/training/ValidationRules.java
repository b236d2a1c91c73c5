package dev.comporta.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.training.Loss;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * When the validation data is measured, and what follows from it.
 *
 * @param loss what is measured, or null for the loss that is trained, such as the plain
 *     cross-entropy where training smooths the labels
 * @param every updates from one measurement to the next; 0 for the end of each epoch
 * @param patience measurements in a row without a gain after which training ends; 0 for no end
 *     before the last update
 * @param gain how much lower than the best so far a loss must be to be a gain; 0 or more
 * @param keepBest whether the parameters of the best measurement are kept, and are those of the
 *     model after the last update
 */
@API(status = API.Status.EXPERIMENTAL)
public record ValidationRules(
    @Nullable Loss loss, long every, int patience, double gain, boolean keepBest) {
  /** The trained loss at the end of each epoch, without consequences. */
  public static final ValidationRules EVERY_EPOCH = new ValidationRules(null, 0, 0, 0, false);

  /**
   * Checks the numbers.
   *
   * @throws InvalidOptionException if one is out of range
   */
  public ValidationRules {
    if (every < 0) {
      throw new InvalidOptionException(
          "[trainer] expected 0 or more updates between validations but got %d".formatted(every));
    }
    if (patience < 0 || !(gain >= 0 && gain < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          "[trainer] expected a patience and a gain of 0 or more but got %d and %s"
              .formatted(patience, gain));
    }
  }

  /**
   * These rules with another loss.
   *
   * @param measured what is measured
   * @return the new rules
   */
  public ValidationRules measuring(Loss measured) {
    return new ValidationRules(measured, every, patience, gain, keepBest);
  }

  /** Whether patience is used up: a loss that is NaN is no gain. */
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
