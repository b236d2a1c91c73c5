package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.cells.model.Batch;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Whole sequences cut along time for truncated BPTT: an update every {@code k1} timesteps, whose
 * gradients flow back over {@code k2} timesteps. With {@code k1 = k2} chunks do not overlap; if
 * {@code k2} covers all timesteps and the chunks of a sequence are accumulated into one update,
 * this is full BPTT. Every timestep contributes to the loss once, including short remainders.
 * Source: Williams and Peng 1990.
 *
 * <p>The sequences must be padded to the same number of timesteps, with outputs and targets at each
 * timestep.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TruncatedSequences implements ChunkSource {
  private final ChunkSource sequences;
  private final Windows windows;

  /**
   * Cuts sequences.
   *
   * @param sequences a source whose chunks are whole sequences
   * @param k1 the number of timesteps between updates, 1 or more
   * @param k2 the number of timesteps that gradients flow back, {@code k1} or more
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
          formatted(
              "[batches] expected sequences of %d timesteps but chunk %d of epoch %d has %d; pad all sequences to the same length",
              windows.timesteps(), index / windows.count(), epoch, whole.timesteps()));
    }
    return whole;
  }

  @Override
  public boolean continues(int index) {
    return index % windows.count() > 0 || sequences.continues(index / windows.count());
  }
}
