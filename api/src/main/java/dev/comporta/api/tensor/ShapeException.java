package dev.comporta.api.tensor;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/** Tensors, parameters or states whose shapes do not fit; the message shows both shapes. */
@API(status = API.Status.EXPERIMENTAL)
public class ShapeException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the operation in brackets, both shapes, the axis that is wrong, what to do
   */
  public ShapeException(String message) {
    super(message);
  }
}
