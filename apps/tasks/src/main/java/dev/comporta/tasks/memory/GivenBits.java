package dev.comporta.tasks.memory;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Batch;

/** Checks of vectors that a user gives. */
final class GivenBits {
  private GivenBits() {}

  /**
   * Checks that the first numbers of each vector are bits, and those after them in [-1, 1].
   *
   * @param where where the sequence is, such as {@code line 3 of bits.json}
   */
  static void require(String task, Batch given, int bits, String where) {
    float[] values = given.values();
    for (int i = 0; i < values.length; i++) {
      int place = i % given.features();
      boolean bit = place < bits;
      if (bit ? values[i] != 0 && values[i] != 1 : !(Math.abs(values[i]) <= 1)) {
        throw new ComportaException(
            formatted(
                "[%s] expected %s but got %s at place %d of vector %d of %s",
                task,
                bit ? "bits, 0 or 1," : "a priority from -1 to 1",
                values[i],
                place,
                i / given.features(),
                where));
      }
    }
  }
}
