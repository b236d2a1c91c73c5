package dev.comporta.api.cell;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One part of a cell's state.
 *
 * @param name its name, such as {@code h}
 * @param size its size for each row of the batch
 * @param initial the parameter of shape {@code [size]} that holds the learned initial state, or
 *     null for zeros
 */
@API(status = API.Status.EXPERIMENTAL)
public record StateSpec(String name, int size, @Nullable String initial) {
  /** Checks the size. */
  public StateSpec {
    if (size < 1) {
      throw new ComportaException(
          "[state %s] expected a size of 1 or more but got %d".formatted(name, size));
    }
  }

  /**
   * A part that starts as zeros.
   *
   * @param name its name
   * @param size its size for each row
   * @return the specification
   */
  public static StateSpec zeros(String name, int size) {
    return new StateSpec(name, size, null);
  }
}
