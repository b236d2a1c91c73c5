package dev.comporta.cells.model;

import dev.comporta.api.tensor.ShapeException;

/** Checks that a caller's array is large enough. */
final class Ranges {
  private Ranges() {}

  static void require(String operation, String what, long count, float[] array, int offset) {
    if (offset < 0 || count > (long) array.length - offset) {
      throw new ShapeException(
          "[%s] expected space for %d floats of %s from offset %d but the array has %d"
              .formatted(operation, count, what, offset, array.length));
    }
  }

  static void require(String operation, String what, int count, int length) {
    if (length < count) {
      throw new ShapeException(
          "[%s] expected %d %s but got %d".formatted(operation, count, what, length));
    }
  }
}
