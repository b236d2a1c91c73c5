package dev.comporta.tensor;

import dev.comporta.api.tensor.Ids;
import java.util.Arrays;
import org.apiguardian.api.API;

/** Elements of a vector at other places: {@link dev.comporta.api.tensor.Op.GatherColumns}. */
@API(status = API.Status.INTERNAL)
public final class MovedColumns {
  private MovedColumns() {}

  /**
   * {@code y[i] = x[columns[i]]}, or 0 where the number is negative.
   *
   * @param columns the numbers
   * @param x the array of the vector
   * @param xAt where it starts
   * @param y receives the elements
   * @param yAt where they start
   */
  public static void gather(Ids columns, float[] x, int xAt, float[] y, int yAt) {
    int[] numbers = columns.values();
    int count = columns.count();
    for (int i = 0; i < count; i++) {
      int column = numbers[i];
      y[yAt + i] = column < 0 ? 0 : x[xAt + column];
    }
  }

  /**
   * {@code y[columns[i]] += x[i]} in the order of i, starting from zeros.
   *
   * @param columns the numbers; elements with a negative one are left out
   * @param x the array of the vector
   * @param xAt where it starts
   * @param y receives the sums
   * @param yAt where they start
   * @param size the size of y
   */
  public static void scatter(Ids columns, float[] x, int xAt, float[] y, int yAt, int size) {
    int[] numbers = columns.values();
    int count = columns.count();
    Arrays.fill(y, yAt, yAt + size, 0);
    for (int i = 0; i < count; i++) {
      int column = numbers[i];
      if (column >= 0) {
        y[yAt + column] += x[xAt + i];
      }
    }
  }
}
