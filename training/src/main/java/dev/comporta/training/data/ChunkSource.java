package dev.comporta.training.data;

import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Training data as a sequence of chunks per epoch. A chunk is a pure function of its epoch and its
 * index, so a resumed run needs only these two numbers. The data of a source that acts, such as one
 * that plays episodes, depend on the model as well ({@link #batch(int, int, ModelRunner)}). The
 * arrays of a chunk may be reused for the next one. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface ChunkSource {
  /**
   * {@return chunks at hand, the same in every epoch}
   *
   * @param batches with targets, all of the same number of rows
   * @param continued whether each chunk continues the one before
   */
  static ChunkSource of(List<Batch> batches, boolean continued) {
    return new Batches(batches, continued);
  }

  /**
   * The batch size: the number of rows of every chunk.
   *
   * @return B
   */
  int rows();

  /**
   * The number of chunks in an epoch.
   *
   * @return 1 or more
   */
  int chunks();

  /**
   * One chunk with its target.
   *
   * @param epoch the index of the epoch, from 0
   * @param index from 0 to {@link #chunks} - 1
   * @return the chunk; valid until the next call
   */
  Batch batch(int epoch, int index);

  /**
   * One chunk with its target, made with the model as it is before the update: what a trainer asks
   * for. By default the model plays no part and this is {@link #batch(int, int)}.
   *
   * <p>A source that acts overrides this method and gives a pure function of the epoch, the index
   * and the parameters. Its {@link #batch(int, int)} gives chunks of the same kind without a model,
   * from which memory is estimated.
   *
   * @param epoch the index of the epoch, from 0
   * @param index from 0 to {@link #chunks} - 1
   * @param runner runs the model; the source may run it forward, and changes nothing of it
   * @return the chunk; valid until the next call
   */
  default Batch batch(int epoch, int index, ModelRunner runner) {
    return batch(epoch, index);
  }

  /**
   * Whether the rows of a chunk continue those of the previous chunk of its part, so that the state
   * is carried over.
   *
   * @param index from 0 to {@link #chunks} - 1
   * @return false, the default, if every row starts a new sequence
   */
  default boolean continues(int index) {
    return false;
  }

  /**
   * The number of parts of the data that are read side by side, chunk by chunk: chunk i belongs to
   * part {@code i % parts()}, and continues chunk {@code i - parts()} if it continues any.
   *
   * @return 1 by default
   */
  default int parts() {
    return 1;
  }

  /**
   * For overlapping chunks, the part of a chunk that precedes the start of the next chunk: the
   * carry of the next chunk is the state after this part. Called before {@link #batch} for the same
   * chunk.
   *
   * @param epoch the index of the epoch, from 0
   * @param index from 0 to {@link #chunks} - 1
   * @return the first timesteps of the chunk (possibly none), without a target; null if the next
   *     chunk starts at the end of this one or starts new sequences
   */
  default @Nullable Batch advance(int epoch, int index) {
    return null;
  }
}
