package dev.comporta.api.tensor;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/**
 * A cell's step read the values of a tensor while it was being traced for a plan, for instance to
 * branch on them. Such a cell runs by its definition, timestep by timestep.
 */
@API(status = API.Status.EXPERIMENTAL)
public class UntraceableException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the reason why the step cannot be traced
   */
  public UntraceableException(String message) {
    super(message);
  }
}
