package dev.comporta.api.cell;

import dev.comporta.api.ComportaException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One part of a cell's state: a number of features for each row of the batch, or one number for
 * each position of a memory, such as how much of it was read before.
 *
 * @param name its name, such as {@code h}
 * @param size its size for each row of the batch; 1 for a part with positions
 * @param initial the parameter of shape {@code [size]} that holds the learned initial state, or
 *     null for zeros
 * @param memory the memory whose positions the part has, {@code [B, S]}, zero at padding; null for
 *     a part of fixed size
 */
@API(status = API.Status.EXPERIMENTAL)
public record StateSpec(String name, int size, @Nullable String initial, @Nullable String memory) {
  /** Checks the size. */
  public StateSpec {
    if (size < 1) {
      throw new ComportaException(
          "[state %s] expected a size of 1 or more but got %d".formatted(name, size));
    }
    if (memory != null && (size != 1 || initial != null)) {
      throw new ComportaException(
          "[state %s] expected one number for each position of '%s', zero at first, but got %d and '%s'"
              .formatted(name, memory, size, initial));
    }
  }

  /**
   * A part of fixed size.
   *
   * @param name its name
   * @param size its size for each row
   * @param initial the parameter that holds the learned initial state, or null for zeros
   */
  public StateSpec(String name, int size, @Nullable String initial) {
    this(name, size, initial, null);
  }

  /**
   * A part with a number for each position of a memory, which starts as zeros. A step gives zeros
   * for positions that are padding.
   *
   * @param name its name
   * @param memory the name of a memory {@code [B, S, n]} of the cell
   * @return the specification
   */
  public static StateSpec positions(String name, String memory) {
    return new StateSpec(name, 1, null, memory);
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
