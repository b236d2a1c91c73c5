package dev.comporta.training.data;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.cells.model.Batch;
import org.apiguardian.api.API;

/**
 * Data that is generated batch by batch: every epoch has new examples. A batch is a pure function
 * of the stream, its epoch and its index.
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class GeneratedSource implements ChunkSource {
  private final RandomSource random;
  private final int rows;
  private final int chunks;

  /**
   * Creates a source.
   *
   * @param random the random numbers from which those of each batch are derived
   * @param rows B, the number of rows of a batch
   * @param chunks the number of batches per epoch
   */
  protected GeneratedSource(RandomSource random, int rows, int chunks) {
    this.random = random;
    this.rows = rows;
    this.chunks = chunks;
  }

  /**
   * Generates a batch with its target.
   *
   * @param random the random numbers of this batch
   * @return the batch, of B rows
   */
  protected abstract Batch batch(RandomSource random);

  @Override
  public final int rows() {
    return rows;
  }

  @Override
  public final int chunks() {
    return chunks;
  }

  @Override
  public final Batch batch(int epoch, int index) {
    return batch(random.stream(epoch).stream(index));
  }
}
