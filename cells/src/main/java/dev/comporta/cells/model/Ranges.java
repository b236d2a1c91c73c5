package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/** Checks that a caller's numbers are counts, and that arrays hold what a step reads or writes. */
final class Ranges {
  private Ranges() {}

  static void require(
      String operation, String what, long count, float @Nullable [] array, int offset) {
    if (array == null) {
      throw new ShapeException(
          formatted(
              "[%s] expected room for %d floats of %s but got no array", operation, count, what));
    }
    if (offset < 0 || count > (long) array.length - offset) {
      throw new ShapeException(
          formatted(
              "[%s] expected space for %d floats of %s from offset %d but the array has %d",
              operation, count, what, offset, array.length));
    }
  }

  static void require(String operation, String what, int count, int @Nullable [] array) {
    if (array == null || array.length < count) {
      throw new ShapeException(
          formatted(
              "[%s] expected %d %s but got %s",
              operation, count, what, array == null ? "no array" : array.length));
    }
  }

  /** A number of timesteps, rows or features. */
  static void requireCount(String operation, String what, int count, int least) {
    if (count < least) {
      throw new ShapeException(
          formatted("[%s] expected %d %s or more but got %d", operation, least, what, count));
    }
  }

  /** One length for each row, none longer than the chunk. */
  static void requireLengths(String operation, int timesteps, int batch, int @Nullable [] lengths) {
    if (lengths == null) {
      return;
    }
    if (lengths.length != batch) {
      throw new ShapeException(
          formatted(
              "[%s] expected %d lengths, one for each row, but got %d",
              operation, batch, lengths.length));
    }
    for (int row = 0; row < batch; row++) {
      if (lengths[row] < 0 || lengths[row] > timesteps) {
        throw new ShapeException(
            formatted(
                "[%s] expected lengths between 0 and %d timesteps but row %d has %d",
                operation, timesteps, row, lengths[row]));
      }
    }
  }
}
