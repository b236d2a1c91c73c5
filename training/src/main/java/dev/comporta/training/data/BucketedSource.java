package dev.comporta.training.data;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import org.apiguardian.api.API;

/**
 * Data that is batched by similar length, in the order of {@link LengthBuckets}. Each row of a
 * batch is a whole sequence, so no chunk continues another. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class BucketedSource implements ChunkSource {
  private final LengthBuckets buckets;
  private final int rows;

  /**
   * Creates the order of the sequences.
   *
   * @param lengths the length of each sequence; not copied
   * @param batch B, the number of sequences per batch
   * @param pool the number of batches that are sorted by length together, see {@link LengthBuckets}
   * @param random shuffles
   * @throws InvalidOptionException if a number is out of range or there is no sequence
   */
  protected BucketedSource(int[] lengths, int batch, int pool, RandomSource random) {
    this.buckets = new LengthBuckets(lengths, batch, pool, random);
    this.rows = batch;
  }

  /**
   * Builds a batch with its target.
   *
   * @param members the indices of its sequences, longest first; at most B
   * @param epoch the index of the epoch, from 0
   * @param index of the batch in the epoch
   * @return the batch; rows beyond the members are empty
   */
  protected abstract Batch batch(int[] members, int epoch, int index);

  @Override
  public final int rows() {
    return rows;
  }

  @Override
  public final int chunks() {
    return buckets.batches();
  }

  @Override
  public final Batch batch(int epoch, int index) {
    return batch(buckets.batch(epoch, index), epoch, index);
  }
}
