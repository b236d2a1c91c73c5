package dev.comporta.training;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/**
 * A loss, gradient or parameter is infinite or not a number; the message names the step and the
 * first.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class DivergenceException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /** The update that broke, from 1. */
  private final long step;

  DivergenceException(long step, String what, boolean checkpoint) {
    super(
        "[trainer] training diverged at step %d: %s; %s, so try a smaller learning rate or stronger clipping"
            .formatted(
                step,
                what,
                checkpoint ? "the last checkpoint is kept" : "there is no checkpoint yet"));
    this.step = step;
  }

  /**
   * The step that broke.
   *
   * @return its number, from 1
   */
  public long step() {
    return step;
  }
}
