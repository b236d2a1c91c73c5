package dev.comporta.tensor;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * An arena of float storage: pieces are taken one by one and released all at once, so that a
 * training step reuses the memory of the previous step. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Workspace {
  private static final int LEAST_SLAB = 1 << 16;
  private static final int MOST_SLAB = 1 << 24;

  /**
   * The index at which arrays begin that are read in whole vectors: 64 bytes from the start of the
   * object, whose header takes 16. If objects begin at multiples of 64 bytes ({@code
   * -XX:ObjectAlignmentInBytes=64}, as the launcher starts Java), vectors of 64 bytes that start
   * there or a multiple of 16 floats further lie in one cache line each, and are read up to 1.6
   * times as fast. Otherwise nothing is gained and 48 bytes are lost.
   */
  public static final int FIRST = 12;

  /** Pieces start at {@link #FIRST} plus multiples of this many floats, the widest vector. */
  private static final int ALIGNMENT = 16;

  /** The largest piece, which fits into one array with padding around it. */
  private static final int MOST = Integer.MAX_VALUE - 64;

  private static final float[] NONE = new float[0];

  private final List<float[]> slabs = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final boolean counting;
  private int current;
  private int used = FIRST;
  private long total;
  private long peak;

  /** Creates an empty workspace, which grows on demand. */
  public Workspace() {
    this(false);
  }

  private Workspace(boolean counting) {
    this.counting = counting;
  }

  /** A workspace that only counts its size; its pieces have no storage. */
  static Workspace counting() {
    return new Workspace(true);
  }

  /**
   * Takes a piece. It lies in {@link #array()} until the next call; its values are not initialised.
   *
   * @param count the number of floats
   * @return the index of the piece in {@link #array()}
   * @throws ShapeException if the count is negative or exceeds the limit of one array
   */
  public int take(long count) {
    if (count < 0 || count > MOST) {
      throw new ShapeException(
          formatted(
              "[workspace] expected 0 to %d floats per tensor, the limit of one array, but got %d; use smaller sizes, a smaller batch or shorter chunks",
              MOST, count));
    }
    int size = ((int) count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    while (current < slabs.size() && lengths.get(current) - ALIGNMENT - used < size) {
      current++;
      used = FIRST;
    }
    if (current == slabs.size()) {
      int grown = (int) Math.min(MOST_SLAB, Math.max(LEAST_SLAB, capacity()));
      // Leave room after the last piece, so that a vector load at its tail stays inside the array.
      int length = Math.addExact(Math.max(grown, size), FIRST + ALIGNMENT);
      slabs.add(counting ? NONE : new float[length]);
      lengths.add(length);
      used = FIRST;
    }
    int offset = used;
    used += size;
    total += size;
    peak = Math.max(peak, total);
    return offset;
  }

  /**
   * The array of the most recently taken piece.
   *
   * @return shared storage
   */
  public float[] array() {
    return slabs.get(current);
  }

  /** Releases all pieces, which must no longer be used. */
  public void reset() {
    current = 0;
    used = FIRST;
    total = 0;
  }

  /**
   * The allocated storage.
   *
   * @return the number of floats
   */
  public long capacity() {
    long sum = 0;
    for (int length : lengths) {
      sum += length;
    }
    return sum;
  }

  /**
   * The storage in use.
   *
   * @return the number of floats, each piece rounded up to whole vectors
   */
  public long used() {
    return total;
  }

  /**
   * The peak of the storage in use.
   *
   * @return the number of floats
   */
  public long peak() {
    return peak;
  }
}
