package dev.comporta.api.tensor;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;

/** Tensors, parameters or states with incompatible shapes. The message shows both shapes. */
@API(status = API.Status.STABLE)
public class ShapeException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the operation in brackets, both shapes, the wrong axis, what to do
   */
  public ShapeException(String message) {
    super(message);
  }
}
