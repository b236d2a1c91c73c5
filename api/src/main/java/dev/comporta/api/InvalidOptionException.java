package dev.comporta.api;

import org.apiguardian.api.API;

/** An option that is missing, unknown, of the wrong type or out of its range. */
@API(status = API.Status.STABLE)
public class InvalidOptionException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the option and the component it belongs to, what was expected, what was found
   */
  public InvalidOptionException(String message) {
    super(message);
  }
}
