package dev.comporta.training.data;

import dev.comporta.api.tensor.RandomSource;
import org.apiguardian.api.API;

/** Random orders of data, each a pure function of a stream of random numbers. */
@API(status = API.Status.EXPERIMENTAL)
public final class Shuffle {
  private Shuffle() {}

  /**
   * A uniformly random permutation of 0 to n - 1 (Fisher and Yates, as in Durstenfeld 1964). For
   * the order of an epoch, pass {@code random.stream(epoch)}, so that a resumed run needs only the
   * number of the epoch.
   *
   * @param n the number of elements, 0 or more
   * @param random the source of random numbers
   * @return the permutation
   */
  public static int[] order(int n, RandomSource random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int at = random.below(i + 1, i);
      order[i] = order[at];
      order[at] = i;
    }
    return order;
  }
}
