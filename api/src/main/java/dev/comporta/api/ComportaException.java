package dev.comporta.api;

import org.apiguardian.api.API;

/**
 * An error whose message is meant for the person at the keyboard: one sentence that says what was
 * expected, what came and what to do. The command line prints it without a stack trace and exits
 * with code 2.
 *
 * <p>A message may quote what a file or a person wrote. It is therefore kept on one line, without
 * control characters, and at most {@link Printable#LONGEST_SENTENCE} characters long.
 */
@API(status = API.Status.STABLE)
public class ComportaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with a message.
   *
   * @param message what was expected, what was found, what to do
   */
  public ComportaException(String message) {
    super(Printable.sentence(message));
  }

  /**
   * Creates an error with a message and a cause.
   *
   * @param message what was expected, what was found, what to do
   * @param cause the underlying failure
   */
  public ComportaException(String message, Throwable cause) {
    super(Printable.sentence(message), cause);
  }
}
