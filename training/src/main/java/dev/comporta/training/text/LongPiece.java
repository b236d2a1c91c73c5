package dev.comporta.training.text;

import java.util.Arrays;

/**
 * A piece whose pairs are joined by way of a queue, in time n log n: of a megabyte without white
 * space, every pair is looked at once and again only where a join changes it. The result is that of
 * joining, again and again, all pairs of the first join that any pair has, from left to right.
 */
final class LongPiece {
  /** The rank of a pair that is not joined. */
  static final int NO_RANK = Integer.MAX_VALUE;

  private static final int NONE = -1;

  /** The rank of the join that two ids have. */
  @FunctionalInterface
  interface Ranks {
    int rank(int left, int right);
  }

  private final int[] ids; // NONE where an id was joined to the one before
  private final int[] next;
  private final int[] previous;
  private final Ranks ranks;
  private final int[] results;
  private long[] heap; // rank, then place of the left id
  private int size;

  /**
   * A piece.
   *
   * @param ids its bytes; taken over
   * @param ranks of joins
   * @param results the id that each join gives
   */
  LongPiece(int[] ids, Ranks ranks, int[] results) {
    this.ids = ids;
    this.ranks = ranks;
    this.results = results;
    next = new int[ids.length];
    previous = new int[ids.length];
    heap = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      next[i] = i + 1 < ids.length ? i + 1 : NONE;
      previous[i] = i - 1;
    }
  }

  int[] joined() {
    for (int i = 0; i + 1 < ids.length; i++) {
      offer(i);
    }
    int[] changed = new int[16];
    while (size > 0) {
      int rank = (int) (heap[0] >>> Integer.SIZE);
      int count = 0;
      while (size > 0 && (int) (heap[0] >>> Integer.SIZE) == rank) {
        int left = (int) poll();
        if (rankAt(left) == rank) { // not changed since it was offered
          join(left, rank);
          changed = count < changed.length ? changed : Arrays.copyOf(changed, 2 * count);
          changed[count++] = left;
        }
      }
      for (int i = 0; i < count; i++) { // pairs that come about are of the next round
        offerAround(changed[i]);
      }
    }
    int[] rest = new int[ids.length];
    int length = 0;
    for (int id : ids) {
      if (id != NONE) {
        rest[length++] = id;
      }
    }
    return Arrays.copyOf(rest, length);
  }

  private void join(int left, int rank) {
    int right = next[left];
    ids[left] = results[rank];
    ids[right] = NONE;
    next[left] = next[right];
    if (next[left] != NONE) {
      previous[next[left]] = left;
    }
  }

  private void offerAround(int left) {
    offer(left);
    if (previous[left] != NONE) {
      offer(previous[left]);
    }
  }

  private int rankAt(int left) {
    return ids[left] == NONE || next[left] == NONE
        ? NO_RANK
        : ranks.rank(ids[left], ids[next[left]]);
  }

  private void offer(int left) {
    int rank = rankAt(left);
    if (rank == NO_RANK) {
      return;
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    long entry = ((long) rank << Integer.SIZE) | left;
    int at = size++;
    while (at > 0 && heap[(at - 1) / 2] > entry) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = entry;
  }

  private long poll() {
    long first = heap[0];
    long entry = heap[--size];
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= entry) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
    return first;
  }
}
