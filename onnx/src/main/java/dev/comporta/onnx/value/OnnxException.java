package dev.comporta.onnx.value;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/** Thrown when an ONNX file cannot be read, run or written. */
@API(status = API.Status.EXPERIMENTAL)
public class OnnxException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error.
   *
   * @param message one sentence
   */
  public OnnxException(String message) {
    super(message);
  }

  /**
   * Creates an error with a cause.
   *
   * @param message one sentence
   * @param cause the cause
   */
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
