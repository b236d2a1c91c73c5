package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.tensor.RandomSource;
import java.util.Arrays;
import java.util.Comparator;
import org.apiguardian.api.API;

/**
 * Batches sequences of similar length together to reduce padding. In each epoch all sequences are
 * shuffled and cut into pools of several batches; each pool is sorted by length and cut into
 * batches; the batches are shuffled. A pool of one batch is plain shuffling; a pool of all
 * sequences sorts by length, with equal lengths in random order.
 *
 * <p>The order of an epoch is a pure function of its number, so a resumed run continues in the same
 * order. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class LengthBuckets {
  private final int[] lengths;
  private final int batch;
  private final int pool;
  private final RandomSource random;
  private int epochAtHand = -1;
  private int[][] atHand = {};

  /**
   * Creates the buckets of sequences with the given lengths.
   *
   * @param lengths the length of each sequence; not copied
   * @param batch B, the number of sequences per batch
   * @param pool the number of batches per pool, 1 or more
   * @param random shuffles
   * @throws InvalidOptionException if a number is out of range or there is no sequence
   */
  public LengthBuckets(int[] lengths, int batch, int pool, RandomSource random) {
    if (batch < 1 || pool < 1 || lengths.length == 0) {
      throw new InvalidOptionException(
          formatted(
              "[buckets] expected 1 or more sequences, a batch size and a pool size of 1 or more but got %d, %d and %d",
              lengths.length, batch, pool));
    }
    this.lengths = lengths;
    this.batch = batch;
    this.pool = pool;
    this.random = random;
  }

  /**
   * The number of batches in every epoch.
   *
   * @return the number of sequences divided by B, rounded up
   */
  public int batches() {
    return Math.ceilDiv(lengths.length, batch);
  }

  /**
   * One batch of an epoch; those of the epoch that was asked for last are kept.
   *
   * @param epoch its number, from 0
   * @param index the number of the batch
   * @return the indices of its sequences, longest first
   */
  public int[] batch(int epoch, int index) {
    if (epoch != epochAtHand) {
      atHand = epoch(epoch);
      epochAtHand = epoch;
    }
    return atHand[index];
  }

  /**
   * The batches of an epoch.
   *
   * @param epoch its number, from 0
   * @return for each batch the indices of its sequences, longest first; one batch may have fewer
   *     than B
   */
  public int[][] epoch(int epoch) {
    RandomSource own = random.stream(epoch);
    int[] order = Shuffle.order(lengths.length, own.stream("sequences"));
    int size = (int) Math.min(lengths.length, (long) pool * batch);
    int[][] sorted = new int[batches()][];
    int count = 0;
    for (int from = 0; from < order.length; from += size) {
      int to = Math.min(order.length, from + size);
      Integer[] members =
          Arrays.stream(order, from, to).boxed().toArray(Integer[]::new); // a stable sort
      Arrays.sort(members, Comparator.comparingInt((Integer member) -> -lengths[member]));
      for (int start = 0; start < members.length; start += batch) {
        int end = Math.min(members.length, start + batch);
        sorted[count++] = Arrays.stream(members, start, end).mapToInt(Integer::intValue).toArray();
      }
    }
    int[] places = Shuffle.order(count, own.stream("batches"));
    return Arrays.stream(places).mapToObj(place -> sorted[place]).toArray(int[][]::new);
  }
}
