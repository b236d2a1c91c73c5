package dev.comporta.training.data;

import dev.comporta.api.tensor.RandomSource;
import org.apiguardian.api.API;

/** Orders in which data are gone through, each a pure function of a stream of random numbers. */
@API(status = API.Status.EXPERIMENTAL)
public final class Shuffle {
  private Shuffle() {}

  /**
   * The numbers 0 to n - 1 in a random order, each order as likely as another (Fisher and Yates, in
   * the form of Durstenfeld 1964). An epoch's order is that of {@code random.stream(epoch)}, so
   * that a resumed run needs nothing but the number of its epoch.
   *
   * @param n how many, 0 or more
   * @param random decides
   * @return the order
   */
  public static int[] order(int n, RandomSource random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int at = (int) Long.remainderUnsigned(random.bits(i), i + 1L);
      order[i] = order[at];
      order[at] = i;
    }
    return order;
  }
}
