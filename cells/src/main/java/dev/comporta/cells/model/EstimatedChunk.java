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
 * @param source the source of a model with an encoder; if null, it is as long as the chunk
 */
@API(status = API.Status.EXPERIMENTAL)
@SuppressWarnings("ArrayRecordComponent") // read once and never compared
public record EstimatedChunk(
    int timesteps, int batch, int @Nullable [] lengths, boolean training, @Nullable Source source) {
  /**
   * Checks the numbers.
   *
   * @throws dev.comporta.api.tensor.ShapeException if one is negative or a length is above T
   */
  // Not in the compact form, of whose parameters class files do not say that they may be null.
  public EstimatedChunk(
      int timesteps,
      int batch,
      int @Nullable [] lengths,
      boolean training,
      @Nullable Source source) {
    Ranges.requireCount("estimate", "timesteps", timesteps, 0);
    Ranges.requireCount("estimate", "rows", batch, 0);
    Ranges.requireLengths("estimate", timesteps, batch, lengths);
    if (source != null) {
      Ranges.requireCount("estimate", "timesteps of the source", source.timesteps(), 0);
      Ranges.requireCount("estimate", "rows of the source", source.batch(), 0);
      Ranges.requireLengths("estimate", source.timesteps(), source.batch(), source.lengths());
    }
    this.timesteps = timesteps;
    this.batch = batch;
    this.lengths = lengths;
    this.training = training;
    this.source = source;
  }

  /**
   * The sizes of a source.
   *
   * @param timesteps S
   * @param batch B, or fewer rows that several rows of the chunk share
   * @param lengths the lengths of the rows, or null if no row is padded
   */
  @SuppressWarnings("ArrayRecordComponent") // read once and never compared
  public record Source(int timesteps, int batch, int @Nullable [] lengths) {
    /** The rows for so many rows of a chunk. */
    private int rows(int ofChunk) {
      return batch > 0 && ofChunk % batch == 0 ? batch : ofChunk;
    }

    /** Takes the sizes. */
    // Not in the compact form, for the same reason.
    public Source(int timesteps, int batch, int @Nullable [] lengths) {
      this.timesteps = timesteps;
      this.batch = batch;
      this.lengths = lengths;
    }
  }

  /**
   * The sizes of a batch, with those of its source.
   *
   * @param batch the data
   * @param training whether it is trained on
   * @return its sizes; the lengths are copied
   */
  public static EstimatedChunk of(Batch batch, boolean training) {
    Batch source = batch.source();
    return new EstimatedChunk(
        batch.timesteps(),
        batch.batch(),
        copy(batch.lengths()),
        training,
        source == null
            ? null
            : new Source(source.timesteps(), source.batch(), copy(source.lengths())));
  }

  private static int @Nullable [] copy(int @Nullable [] lengths) {
    return lengths == null ? null : lengths.clone();
  }

  /**
   * This chunk with fewer rows, of the same timesteps and without padding.
   *
   * @param most the limit of B
   * @return a new chunk
   */
  public EstimatedChunk withRows(int most) {
    int rows = Math.min(most, batch);
    return new EstimatedChunk(
        timesteps,
        rows,
        null,
        training,
        source == null ? null : new Source(source.timesteps(), source.rows(rows), null));
  }

  /**
   * This chunk with fewer timesteps, without padding.
   *
   * @param most the limit of T, and of a source's
   * @return a new chunk
   */
  public EstimatedChunk withTimesteps(int most) {
    return new EstimatedChunk(
        Math.min(most, timesteps),
        batch,
        null,
        training,
        source == null
            ? null
            : new Source(Math.min(most, source.timesteps()), source.batch(), null));
  }

  /**
   * The same chunk, for training.
   *
   * @return a new chunk
   */
  public EstimatedChunk asTraining() {
    return new EstimatedChunk(timesteps, batch, lengths, true, source);
  }

  /**
   * The source of a model with an encoder.
   *
   * @return the sizes that were given, or those of the chunk
   */
  public Source encoded() {
    return source == null ? new Source(timesteps, batch, lengths) : source;
  }

  /**
   * A chunk for training.
   *
   * @param timesteps T
   * @param batch B
   * @return a chunk without padding
   */
  public static EstimatedChunk training(int timesteps, int batch) {
    return new EstimatedChunk(timesteps, batch, null, true, null);
  }

  /**
   * A chunk for evaluation.
   *
   * @param timesteps T
   * @param batch B
   * @return a chunk without padding
   */
  public static EstimatedChunk evaluation(int timesteps, int batch) {
    return new EstimatedChunk(timesteps, batch, null, false, null);
  }

  /**
   * The same chunk with lengths.
   *
   * @param given one length for each row, or null if no row is padded
   * @return a new chunk
   */
  public EstimatedChunk withLengths(int @Nullable [] given) {
    return new EstimatedChunk(timesteps, batch, given, training, source);
  }
}
