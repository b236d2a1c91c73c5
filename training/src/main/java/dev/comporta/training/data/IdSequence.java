package dev.comporta.training.data;

import org.apiguardian.api.API;

/** A long sequence of ids with random access, independent of how it is stored. */
@API(status = API.Status.EXPERIMENTAL)
public interface IdSequence {
  /**
   * The number of ids.
   *
   * @return 0 or more
   */
  long size();

  /**
   * One id.
   *
   * @param index from 0 to {@link #size} - 1
   * @return the id
   */
  int get(long index);

  /**
   * A sequence in memory.
   *
   * @param ids the ids; the array is not copied
   * @return a view of the array
   */
  static IdSequence of(int... ids) {
    return new IdSequence() {
      @Override
      public long size() {
        return ids.length;
      }

      @Override
      public int get(long index) {
        return ids[(int) index];
      }
    };
  }
}
