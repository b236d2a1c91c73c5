package dev.comporta.training.listeners;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;

/**
 * Stops a training whose validation loss has not become better for a number of validations in a
 * row. It hears the trainer's events and is asked through {@link
 * dev.comporta.training.Trainer#stopWhen}; a loss that is NaN is not better. Source: Prechelt 1998,
 * <i>Early Stopping - But When?</i>, class UP in spirit, counted in validations.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class EarlyStopping implements TrainingListener, BooleanSupplier {
  private final int patience;
  private final double gain;
  private double best = Double.POSITIVE_INFINITY;
  private int withoutGain;

  /**
   * A rule that has heard nothing yet.
   *
   * @param patience validations without a gain after which it stops, 1 or more
   * @param gain how much lower than the best so far a loss must be, 0 or more
   * @throws InvalidOptionException if a number is out of range
   */
  public EarlyStopping(int patience, double gain) {
    if (patience < 1 || !(gain >= 0 && gain < Double.POSITIVE_INFINITY)) {
      throw new InvalidOptionException(
          "[early-stopping] expected a patience of 1 or more and a gain of 0 or more but got %d and %s"
              .formatted(patience, gain));
    }
    this.patience = patience;
    this.gain = gain;
  }

  /**
   * Hears the validation losses of the run that is being resumed.
   *
   * @param losses in order, as in {@link dev.comporta.training.TrainingState#validationLosses}
   * @return this rule
   */
  public EarlyStopping resume(double... losses) {
    for (double loss : losses) {
      hear(loss);
    }
    return this;
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Validated validated) {
      hear(validated.loss());
    }
  }

  private void hear(double loss) {
    if (loss < best - gain || (best == Double.POSITIVE_INFINITY && loss < best)) {
      best = loss;
      withoutGain = 0;
    } else {
      withoutGain++;
    }
  }

  /**
   * Whether it is time to stop.
   *
   * @return true once patience is used up
   */
  @Override
  public boolean getAsBoolean() {
    return withoutGain >= patience;
  }

  /**
   * The best loss so far.
   *
   * @return infinity before the first
   */
  public double best() {
    return best;
  }
}
