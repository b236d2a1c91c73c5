package dev.comporta.training.data;

import java.util.stream.LongStream;
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
   * A copy in an array.
   *
   * @return all ids
   */
  default int[] toArray() {
    return LongStream.range(0, size()).mapToInt(this::get).toArray();
  }

  /**
   * How often an id occurs.
   *
   * @param id any number
   * @return 0 or more
   */
  default long count(int id) {
    return LongStream.range(0, size()).filter(index -> get(index) == id).count();
  }

  /**
   * A part of this sequence.
   *
   * @param from the index of its first id
   * @param size its number of ids
   * @return a view
   */
  default IdSequence part(long from, long size) {
    IdSequence whole = this;
    return new IdSequence() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public int get(long index) {
        return whole.get(from + index);
      }
    };
  }

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
