package dev.comporta.api.cell;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that is constant over a sequence, such as the annotations that a decoder attends to.
 * Positions at or after a row's length are padding.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Memory {
  private final Tensor values;
  private final int @Nullable [] lengths;

  private Memory(Tensor values, int @Nullable [] lengths) {
    this.values = values;
    this.lengths = lengths;
  }

  /**
   * A memory without padding: positions {@code [B, S, n]}, or one vector per row {@code [B, n]}.
   *
   * @param values the values
   * @return the memory
   * @throws ShapeException if the tensor does not have two or three axes
   */
  public static Memory of(Tensor values) {
    return of(values, null);
  }

  /**
   * A memory with lengths.
   *
   * @param values {@code [B, S, n]}; values at padding are arbitrary, so a step must mask them
   * @param lengths one length from 0 to S for each row, or null if no row is padded
   * @return the memory
   * @throws ShapeException if the values do not have the shape of a memory or the lengths do not
   *     match them
   */
  public static Memory of(Tensor values, int @Nullable [] lengths) {
    Shape shape = values.shape();
    if (shape.rank() != 3 && (shape.rank() != 2 || lengths != null)) {
      throw new ShapeException(
          "[memory] expected [batch, positions, features], or [batch, features] without lengths, but got "
              + shape);
    }
    if (lengths == null) {
      return new Memory(values, null);
    }
    if (lengths.length != shape.size(0)) {
      throw new ShapeException(
          formatted(
              "[memory] expected %d lengths, one for each row of the batch, but got %d",
              shape.size(0), lengths.length));
    }
    for (int row = 0; row < lengths.length; row++) {
      if (lengths[row] < 0 || lengths[row] > shape.size(1)) {
        throw new ShapeException(
            formatted(
                "[memory] expected lengths between 0 and %d positions but row %d has %d",
                shape.size(1), row, lengths[row]));
      }
    }
    boolean full = Arrays.stream(lengths).allMatch(length -> length == shape.size(1));
    return new Memory(values, full ? null : lengths.clone());
  }

  /**
   * The values.
   *
   * @return {@code [B, S, n]} or {@code [B, n]}
   */
  public Tensor values() {
    return values;
  }

  /**
   * The number of positions of each row.
   *
   * @return a copy, or null if no row is padded
   */
  public int @Nullable [] lengths() {
    return lengths == null ? null : lengths.clone();
  }
}
