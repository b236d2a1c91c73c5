package dev.comporta.api.tensor;

import static dev.comporta.api.Formatting.formatted;

import org.apiguardian.api.API;

/**
 * A time-major block of ids {@code [T, B]}: the tokens that an embedding looks up, or class labels.
 * The array is not copied; the caller may refill it between steps.
 *
 * @param timesteps T, the number of timesteps
 * @param batch B, the number of rows
 * @param values the ids, {@code values[t * batch + b]}; losses ignore negative labels
 */
@API(status = API.Status.STABLE)
@SuppressWarnings(
    "ArrayRecordComponent") // shared intentionally: a training step must not copy its input
public record Ids(int timesteps, int batch, int[] values) {
  /** Checks that the sizes are non-negative and that the array is large enough. */
  public Ids {
    if (timesteps < 0 || batch < 0 || (long) timesteps * batch > values.length) {
      throw new ShapeException(
          formatted(
              "[ids] expected at least timesteps %d x batch %d = %d ids but got %d",
              timesteps, batch, (long) timesteps * batch, values.length));
    }
  }

  /**
   * The number of ids.
   *
   * @return T times B
   */
  public int count() {
    return timesteps * batch;
  }
}
