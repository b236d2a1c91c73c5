package dev.comporta.examples.shapes;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import dev.comporta.tensor.CounterRandom;

/** Many to many, aligned: adds two numbers bit by bit and keeps the carry in its state. */
public final class ManyToMany {
  private static final int ROWS = 32;
  private static final int BITS = 12;

  private ManyToMany() {}

  /** Trains on 12-bit numbers, then adds 24-bit numbers. */
  public static void main(String[] arguments) {
    // @start region="model"
    SmallModel adder =
        SmallModel.with(
            2,
            Spec.of("recurrent").with("cell", "gru").with("hidden", 12),
            Spec.of("dense").with("units", 2));
    // @end region="model"
    adder.learn(
        700,
        step -> {
          CounterRandom random = new CounterRandom(step);
          int[] a = new int[ROWS];
          int[] b = new int[ROWS];
          for (int row = 0; row < ROWS; row++) {
            a[row] = (int) (random.uniform(2L * row) * (1 << BITS));
            b[row] = (int) (random.uniform(2L * row + 1) * (1 << BITS));
          }
          return batch(a, b, BITS);
        });
    for (int[] pair : new int[][] {{1, 1}, {255, 1}, {12_345, 6_789}, {7_654_321, 8_765_432}}) {
      int[] bits = adder.answers(batch(new int[] {pair[0]}, new int[] {pair[1]}, 24));
      int sum = 0;
      for (int t = 0; t < bits.length; t++) {
        sum |= bits[t] << t;
      }
      System.out.println(pair[0] + " + " + pair[1] + " = " + sum);
    }
  }

  // @start region="data"
  /** The bits of two numbers, least significant first: timestep t has the bits of weight 2^t. */
  private static Batch batch(int[] a, int[] b, int timesteps) {
    int rows = a.length;
    float[] x = new float[timesteps * rows * 2]; // [T, B, 2]
    int[] labels = new int[timesteps * rows]; // [T, B]
    for (int t = 0; t < timesteps; t++) {
      for (int row = 0; row < rows; row++) {
        int at = t * rows + row;
        x[2 * at] = (a[row] >> t) & 1;
        x[2 * at + 1] = (b[row] >> t) & 1;
        labels[at] = ((a[row] + b[row]) >> t) & 1;
      }
    }
    return Batch.ofValues(timesteps, rows, 2, x, null).labels(new Ids(timesteps, rows, labels));
  }
  // @end region="data"
}
