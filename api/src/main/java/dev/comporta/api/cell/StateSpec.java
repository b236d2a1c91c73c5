package dev.comporta.api.cell;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Shape;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One part of a cell's state: a vector for each row of the batch, or one number for each position
 * of a memory, such as the attention that it has received so far. An array for each row, such as a
 * matrix, is a vector of its elements in row-major order: {@link CellState#get(String, int...)}
 * gives a step the array.
 *
 * @param name its name, such as {@code h}
 * @param size its number of features per row; 1 for a part with one number per position
 * @param initial the parameter of shape {@code [size]} that holds the learned initial state, or
 *     null for zeros
 * @param memory the memory whose positions the part has, {@code [B, S]}, zero at padding; null for
 *     a part of fixed size
 * @param backward whether the cell runs against time. The state of such a cell after a chunk is
 *     that at the chunk's first timestep, and what follows in time is the next chunk: so it is not
 *     handed on, and the part starts anew in every chunk
 */
@API(status = API.Status.STABLE)
public record StateSpec(
    String name, int size, @Nullable String initial, @Nullable String memory, boolean backward) {
  /** Checks the size. */
  public StateSpec {
    if (size < 1) {
      throw new ComportaException(
          formatted("[state %s] expected a size of 1 or more but got %d", name, size));
    }
    if (memory != null && (size != 1 || initial != null)) {
      throw new ComportaException(
          formatted(
              "[state %s] expected size 1 and no learned initial state for a state over the positions of '%s' but got size %d and initial '%s'",
              name, memory, size, initial));
    }
  }

  /**
   * A part of fixed size.
   *
   * @param name its name
   * @param size its number of features per row
   * @param initial the parameter that holds the learned initial state, or null for zeros
   */
  public StateSpec(String name, int size, @Nullable String initial) {
    this(name, size, initial, null, false);
  }

  /**
   * This part of a cell that runs in the other direction of time.
   *
   * @return the same part, backward if this one is not
   */
  public StateSpec turned() {
    return new StateSpec(name, size, initial, memory, !backward);
  }

  /**
   * This part under another name.
   *
   * @param prefix put before the name
   * @param parameterPrefix put before the name of the learned initial state, if there is one
   * @return the same part
   */
  public StateSpec prefixed(String prefix, String parameterPrefix) {
    return new StateSpec(
        prefix + name, size, initial == null ? null : parameterPrefix + initial, memory, backward);
  }

  /**
   * A part with one number for each position of a memory. It starts as zeros, and a step must
   * return zeros at padding.
   *
   * @param name its name
   * @param memory the name of one of the cell's memories {@code [B, S, n]}
   * @return the specification
   */
  public static StateSpec positions(String name, String memory) {
    return new StateSpec(name, 1, null, memory, false);
  }

  /**
   * A part that starts as zeros.
   *
   * @param name its name
   * @param size its number of features per row
   * @return the specification
   */
  public static StateSpec zeros(String name, int size) {
    return new StateSpec(name, size, null);
  }

  /**
   * An array for each row that starts as zeros.
   *
   * @param name its name
   * @param sizes the sizes of its axes
   * @return the specification of a part of as many features as the array has elements
   * @throws ComportaException if a size is less than 1, or there are too many elements for a tensor
   */
  public static StateSpec zeros(String name, int... sizes) {
    return zeros(name, Shape.of(sizes).count());
  }
}
