package dev.comporta.tensor;

import dev.comporta.api.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Float storage that is handed out piece by piece and taken back all at once, so that a training
 * step reuses the memory of the step before. Belongs to one thread.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Workspace {
  private static final int LEAST_SLAB = 1 << 16;
  private static final int MOST_SLAB = 1 << 24;

  /** Pieces start at multiples of this many floats, the widest vector. */
  private static final int ALIGNMENT = 16;

  private static final float[] NONE = new float[0];

  private final List<float[]> slabs = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final boolean counting;
  private int current;
  private int used;
  private long total;
  private long peak;

  /** An empty workspace; it grows as it is used. */
  public Workspace() {
    this(false);
  }

  private Workspace(boolean counting) {
    this.counting = counting;
  }

  /** A workspace that only counts what it would hold; its pieces have no storage. */
  static Workspace counting() {
    return new Workspace(true);
  }

  /**
   * Takes a piece. Its array is {@link #array()} until the next call; its values are what was left
   * there.
   *
   * @param count how many floats
   * @return where the piece starts in {@link #array()}
   */
  public int take(int count) {
    if (count < 0) {
      throw new ShapeException("[workspace] expected 0 floats or more but got " + count);
    }
    int size = Math.addExact(count, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    while (current < slabs.size() && lengths.get(current) - ALIGNMENT - used < size) {
      current++;
      used = 0;
    }
    if (current == slabs.size()) {
      int grown = (int) Math.min(MOST_SLAB, Math.max(LEAST_SLAB, capacity()));
      // Room behind the last piece, so that a vector loaded from its tail stays inside.
      int length = Math.addExact(Math.max(grown, size), ALIGNMENT);
      slabs.add(counting ? NONE : new float[length]);
      lengths.add(length);
      used = 0;
    }
    int offset = used;
    used += size;
    total += size;
    peak = Math.max(peak, total);
    return offset;
  }

  /**
   * The array of the piece taken last.
   *
   * @return shared storage
   */
  public float[] array() {
    return slabs.get(current);
  }

  /** Takes everything back; pieces handed out before must no longer be used. */
  public void reset() {
    current = 0;
    used = 0;
    total = 0;
  }

  /**
   * The storage held.
   *
   * @return floats
   */
  public long capacity() {
    long sum = 0;
    for (int length : lengths) {
      sum += length;
    }
    return sum;
  }

  /**
   * What is in use now.
   *
   * @return floats, each piece rounded up to whole vectors
   */
  public long used() {
    return total;
  }

  /**
   * The most that was in use at once.
   *
   * @return floats
   */
  public long peak() {
    return peak;
  }
}
