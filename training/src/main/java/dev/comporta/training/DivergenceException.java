package dev.comporta.training;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/**
 * Thrown when a loss, gradient or parameter is infinite or NaN; the message names the step and the
 * first such value.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class DivergenceException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /** The update at which training diverged, counted from 1. */
  private final long step;

  DivergenceException(long step, String what) {
    super(
        "[trainer] training diverged at step %d: %s; the last checkpoint was kept; try a lower learning rate or stronger clipping"
            .formatted(step, what));
    this.step = step;
  }

  /**
   * The update at which training diverged.
   *
   * @return its number, counted from 1
   */
  public long step() {
    return step;
  }
}
