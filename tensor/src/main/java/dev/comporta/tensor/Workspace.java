package dev.comporta.tensor;

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

  private final List<float[]> slabs = new ArrayList<>();
  private int current;
  private int used;
  private long total;
  private long peak;

  /** An empty workspace; it grows as it is used. */
  public Workspace() {}

  /**
   * Takes a piece. Its array is {@link #array()} until the next call; its values are what was left
   * there.
   *
   * @param count how many floats
   * @return where the piece starts in {@link #array()}
   */
  public int take(int count) {
    int size = Math.addExact(count, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    while (current < slabs.size() && slabs.get(current).length - ALIGNMENT - used < size) {
      current++;
      used = 0;
    }
    if (current == slabs.size()) {
      int grown = (int) Math.min(MOST_SLAB, Math.max(LEAST_SLAB, capacity()));
      // Room behind the last piece, so that a vector loaded from its tail stays inside.
      slabs.add(new float[Math.max(grown, size) + ALIGNMENT]);
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
    for (float[] slab : slabs) {
      sum += slab.length;
    }
    return sum;
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
