package dev.comporta.training.data;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Batch;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Whole sequences cut in time for truncated BPTT: every {@code k1} timesteps an update whose
 * gradients flow back over {@code k2} timesteps. With {@code k1 = k2} chunks follow each other;
 * with {@code k2} of all timesteps and an update for a whole sequence (as many accumulated chunks)
 * it is full BPTT. Every timestep counts once, short tails included. Source: Williams and Peng
 * 1990.
 *
 * <p>The sequences must have one number of timesteps, padded where they are shorter, and outputs
 * and targets for each timestep.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TruncatedSequences implements ChunkSource {
  private final ChunkSource sequences;
  private final Windows windows;

  /**
   * Cuts sequences.
   *
   * @param sequences a source whose chunks are whole sequences
   * @param k1 timesteps from one update to the next, 1 or more
   * @param k2 timesteps that gradients flow back, {@code k1} or more
   * @throws InvalidOptionException if a number is out of range
   */
  public TruncatedSequences(ChunkSource sequences, int k1, int k2) {
    Windows.require(k1, k2);
    this.sequences = sequences;
    this.windows = new Windows(k1, k2, sequences.batch(0, 0).timesteps());
  }

  @Override
  public int rows() {
    return sequences.rows();
  }

  @Override
  public int chunks() {
    return Math.multiplyExact(sequences.chunks(), windows.count());
  }

  @Override
  public Batch batch(int epoch, int index) {
    int window = index % windows.count();
    return whole(epoch, index)
        .slice((int) windows.start(window), (int) windows.end(window))
        .context(windows.context(window));
  }

  @Override
  public @Nullable Batch advance(int epoch, int index) {
    int window = index % windows.count();
    return windows.overlapsNext(window)
        ? whole(epoch, index).slice((int) windows.start(window), (int) windows.start(window + 1))
        : null;
  }

  private Batch whole(int epoch, int index) {
    Batch whole = sequences.batch(epoch, index / windows.count());
    if (whole.timesteps() != windows.timesteps()) {
      throw new ComportaException(
          "[batches] expected sequences of %d timesteps but chunk %d of epoch %d has %d; pad all to one number of timesteps"
              .formatted(windows.timesteps(), index / windows.count(), epoch, whole.timesteps()));
    }
    return whole;
  }

  @Override
  public boolean continues(int index) {
    return index % windows.count() > 0 || sequences.continues(index / windows.count());
  }
}
