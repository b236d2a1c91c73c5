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

  /**
   * Creates the error.
   *
   * @param step the update that broke, from 1
   * @param what what is not finite, in words
   * @param kept whether there is a checkpoint to go on from
   */
  DivergenceException(long step, String what, boolean kept) {
    super(
        "[trainer] training diverged at step "
            + step
            + ": "
            + what
            + (kept
                ? "; the last checkpoint was kept; try"
                : "; there is no checkpoint yet; train again with")
            + " a lower learning rate or stronger clipping");
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
