package dev.comporta.api;

import org.apiguardian.api.API;

/**
 * An error that the user can act on. Its message is one sentence: what was expected, what was found
 * and what to do. The command line prints it without a stack trace and exits with code 2.
 */
@API(status = API.Status.EXPERIMENTAL)
public class ComportaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with a message.
   *
   * @param message what was expected, what was found, what to do
   */
  public ComportaException(String message) {
    super(message);
  }

  /**
   * Creates an error with a message and a cause.
   *
   * @param message what was expected, what was found, what to do
   * @param cause the underlying failure
   */
  public ComportaException(String message, Throwable cause) {
    super(message, cause);
  }
}
