package dev.comporta.exchange;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/** Thrown when a file of another tool cannot be read, or cannot be represented exactly. */
@API(status = API.Status.EXPERIMENTAL)
public class ExchangeException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error.
   *
   * @param message one sentence
   */
  public ExchangeException(String message) {
    super(message);
  }

  /**
   * Creates an error with a cause.
   *
   * @param message one sentence
   * @param cause the cause
   */
  public ExchangeException(String message, Throwable cause) {
    super(message, cause);
  }
}
