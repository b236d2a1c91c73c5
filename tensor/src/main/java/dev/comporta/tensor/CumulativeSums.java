package dev.comporta.tensor;

import org.apiguardian.api.API;

/** Cumulative sums of a vector. */
@API(status = API.Status.INTERNAL)
public final class CumulativeSums {
  private CumulativeSums() {}

  /**
   * The sums up to each element, or from each element on, each rounded from a sum in double. The
   * result may overwrite the argument.
   *
   * @param reversed whether to sum from each element to the last
   * @param x the array of the vector
   * @param xAt where it starts
   * @param count its size
   * @param y receives the sums
   * @param yAt where they start
   */
  public static void of(boolean reversed, float[] x, int xAt, int count, float[] y, int yAt) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      int at = reversed ? count - 1 - i : i;
      sum += x[xAt + at];
      y[yAt + at] = (float) sum;
    }
  }
}
