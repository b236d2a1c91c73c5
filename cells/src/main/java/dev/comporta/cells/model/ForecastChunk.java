package dev.comporta.cells.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a chunk that goes through a model.
 *
 * @param timesteps T
 * @param batch B
 * @param lengths of the rows, or null if none is shorter than the chunk
 * @param training true for a training step, forward and backward; false for a measurement, forward
 *     only and without noise
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record ForecastChunk(int timesteps, int batch, int @Nullable [] lengths, boolean training) {
  /** Checks the numbers. */
  public ForecastChunk {
    Ranges.requireCount("forecast", "timesteps", timesteps, 0);
    Ranges.requireCount("forecast", "rows", batch, 0);
    Ranges.requireLengths("forecast", timesteps, batch, lengths);
  }

  /**
   * A chunk to train on.
   *
   * @param timesteps T
   * @param batch B
   * @return full rows
   */
  public static ForecastChunk training(int timesteps, int batch) {
    return new ForecastChunk(timesteps, batch, null, true);
  }

  /**
   * A chunk to measure on.
   *
   * @param timesteps T
   * @param batch B
   * @return full rows
   */
  public static ForecastChunk evaluation(int timesteps, int batch) {
    return new ForecastChunk(timesteps, batch, null, false);
  }

  /**
   * The same with rows of these lengths.
   *
   * @param given one length for each row, or null for full rows
   * @return a new chunk
   */
  public ForecastChunk withLengths(int @Nullable [] given) {
    return new ForecastChunk(timesteps, batch, given, training);
  }
}
