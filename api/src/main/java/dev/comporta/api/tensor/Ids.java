package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * A time-major block of ids, {@code [T, B]}: the words or characters that an embedding looks up, or
 * the labels of a classification. The array is the caller's and may be refilled between steps.
 *
 * @param timesteps T, the number of timesteps
 * @param batch B, the number of rows
 * @param values the ids, {@code values[t * batch + b]}; a negative label is ignored by losses
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings(
    "ArrayRecordComponent") // shared on purpose: a training step must not copy its input
public record Ids(int timesteps, int batch, int[] values) {
  /** Checks that the sizes are not negative and that the array is long enough. */
  public Ids {
    if (timesteps < 0 || batch < 0 || (long) timesteps * batch > values.length) {
      throw new ShapeException(
          "[ids] expected at least timesteps %d x batch %d = %d ids but got %d"
              .formatted(timesteps, batch, (long) timesteps * batch, values.length));
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
