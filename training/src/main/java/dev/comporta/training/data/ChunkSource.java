package dev.comporta.training.data;

import dev.comporta.cells.model.Batch;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Training data as a number of chunks for each epoch. A chunk is a pure function of its epoch and
 * its index, so that a resumed run needs nothing but these two numbers. A chunk's arrays may be
 * reused by the next. Not safe for use by several threads.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface ChunkSource {
  /**
   * The rows of every chunk.
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
   * @param epoch the number of epochs before this one
   * @param index from 0 to {@link #chunks} - 1
   * @return the chunk; it holds until the next call
   */
  Batch batch(int epoch, int index);

  /**
   * Whether the rows of a chunk go on where those of the chunk before ended, so that the carry is
   * kept.
   *
   * @param index from 0 to {@link #chunks} - 1
   * @return false if every row begins anew
   */
  boolean continues(int index);

  /**
   * The part of a chunk after which the next chunk begins, where chunks overlap: the carry of the
   * next is the state after this part. Called before {@link #batch} for the same chunk.
   *
   * @param epoch the number of epochs before this one
   * @param index from 0 to {@link #chunks} - 1
   * @return the first timesteps of the chunk, none of them or more, without a target; null if the
   *     next chunk begins where this one ends or anew
   */
  default @Nullable Batch advance(int epoch, int index) {
    return null;
  }
}
