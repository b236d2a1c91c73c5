package dev.comporta.cells.model;

import org.jspecify.annotations.Nullable;

/**
 * Looks for numbers that cannot be computed with in the timesteps of a batch that count. What
 * stands at padding may be anything.
 */
final class DataCheck {
  /** The sum of the squares of a thousand such numbers is beyond float32. */
  private static final float HUGE = 1e17f;

  /**
   * Data in an array.
   *
   * @param what in words, such as {@code input}
   * @param values where they are
   * @param batch B
   * @param size numbers of a timestep of a row
   * @param from the first timestep to look at
   * @param to one past the last
   * @param lengths of the rows, from timestep 0 on, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // looked at once
  record Data(
      String what,
      float[] values,
      int batch,
      int size,
      int from,
      int to,
      int @Nullable [] lengths) {}

  private DataCheck() {}

  /** Refuses NaN and infinities: not every one of them reaches the loss. */
  static void requireFinite(Data data) {
    int at = first(data, Float.MAX_VALUE);
    if (at >= 0) {
      throw BrokenDataException.notFinite(data.values[at], place(data, at));
    }
  }

  /** An error about the first number whose square overflows, or null. */
  static @Nullable BrokenDataException tooLarge(Data data) {
    int at = first(data, HUGE);
    return at < 0 ? null : BrokenDataException.tooLarge(data.values[at], place(data, at));
  }

  /** Where the first number is that is beyond a limit or not a number, or -1. */
  private static int first(Data data, float limit) {
    float[] values = data.values;
    int size = data.size;
    for (int t = data.from; t < data.to; t++) {
      for (int row = 0; row < data.batch; row++) {
        if (data.lengths == null || t < data.lengths[row]) {
          int begin = (t * data.batch + row) * size;
          for (int i = begin; i < begin + size; i++) {
            if (!(Math.abs(values[i]) <= limit)) {
              return i;
            }
          }
        }
      }
    }
    return -1;
  }

  private static String place(Data data, int at) {
    int row = at / data.size;
    return "the "
        + data.what
        + " at timestep "
        + row / data.batch
        + " of row "
        + row % data.batch
        + " (number "
        + at % data.size
        + " of "
        + data.size
        + ")";
  }
}
