package dev.comporta.api;

import org.apiguardian.api.API;

/**
 * An error whose message is meant for the person at the keyboard: one sentence that says what was
 * expected, what came and what to do. The command line prints it without a stack trace and exits
 * with code 2.
 */
@API(status = API.Status.EXPERIMENTAL)
public class ComportaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error from its sentence.
   *
   * @param message what was expected, what came, what to do
   */
  public ComportaException(String message) {
    super(message);
  }

  /**
   * Creates an error with the failure below it.
   *
   * @param message what was expected, what came, what to do
   * @param cause the failure that led here
   */
  public ComportaException(String message, Throwable cause) {
    super(message, cause);
  }
}
