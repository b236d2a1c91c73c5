package dev.comporta.cells.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a chunk in an estimate.
 *
 * @param timesteps T
 * @param batch B
 * @param lengths the lengths of the rows, or null if no row is padded
 * @param training true for a training step, forward and backward; false for an evaluation, forward
 *     only and without dropout
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // read once and never compared
public record EstimatedChunk(int timesteps, int batch, int @Nullable [] lengths, boolean training) {
  /**
   * Checks the numbers.
   *
   * @throws dev.comporta.api.tensor.ShapeException if one is negative or a length is above T
   */
  // Not in the compact form, of whose parameters class files do not say that they may be null.
  public EstimatedChunk(int timesteps, int batch, int @Nullable [] lengths, boolean training) {
    Ranges.requireCount("estimate", "timesteps", timesteps, 0);
    Ranges.requireCount("estimate", "rows", batch, 0);
    Ranges.requireLengths("estimate", timesteps, batch, lengths);
    this.timesteps = timesteps;
    this.batch = batch;
    this.lengths = lengths;
    this.training = training;
  }

  /**
   * A chunk for training.
   *
   * @param timesteps T
   * @param batch B
   * @return a chunk without padding
   */
  public static EstimatedChunk training(int timesteps, int batch) {
    return new EstimatedChunk(timesteps, batch, null, true);
  }

  /**
   * A chunk for evaluation.
   *
   * @param timesteps T
   * @param batch B
   * @return a chunk without padding
   */
  public static EstimatedChunk evaluation(int timesteps, int batch) {
    return new EstimatedChunk(timesteps, batch, null, false);
  }

  /**
   * The same chunk with lengths.
   *
   * @param given one length for each row, or null if no row is padded
   * @return a new chunk
   */
  public EstimatedChunk withLengths(int @Nullable [] given) {
    return new EstimatedChunk(timesteps, batch, given, training);
  }
}
