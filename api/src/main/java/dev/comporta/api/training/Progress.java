package dev.comporta.api.training;

import java.util.List;
import org.apiguardian.api.API;

/**
 * How far training has come.
 *
 * @param step updates done
 * @param totalSteps updates planned
 * @param epoch passes over the data completed
 * @param validationLosses the validation losses so far, in order
 */
@API(status = API.Status.EXPERIMENTAL)
public record Progress(long step, long totalSteps, int epoch, List<Double> validationLosses) {
  /** Copies the list. */
  public Progress {
    validationLosses = List.copyOf(validationLosses);
  }
}
