package dev.comporta.api.training;

import java.util.List;
import org.apiguardian.api.API;

/**
 * The progress of a training run.
 *
 * @param step the number of completed updates
 * @param totalSteps the number of planned updates
 * @param epoch the number of completed passes over the data
 * @param validationLosses the validation losses so far, in order
 */
@API(status = API.Status.STABLE)
public record Progress(long step, long totalSteps, int epoch, List<Double> validationLosses) {
  /** Copies the list. */
  public Progress {
    validationLosses = List.copyOf(validationLosses);
  }
}
