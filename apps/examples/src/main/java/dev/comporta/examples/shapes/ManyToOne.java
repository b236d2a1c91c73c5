package dev.comporta.examples.shapes;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import dev.comporta.tensor.CounterRandom;

/** Many to one: does a bit sequence of any length contain more ones than zeros? */
public final class ManyToOne {
  private static final int ROWS = 32;
  private static final int LONGEST = 9;

  private ManyToOne() {}

  /** Trains, then prints predictions for new sequences. */
  public static void main(String[] arguments) {
    // @start region="model"
    SmallModel majority =
        SmallModel.with(
            1,
            Spec.of("recurrent").with("cell", "gru").with("hidden", 12),
            Spec.of("pool-time").with("mode", "last"),
            Spec.of("dense").with("units", 2));
    // @end region="model"
    majority.learn(300, ManyToOne::batch);
    for (String bits : new String[] {"1", "011", "10010", "1110001", "011010110"}) {
      float[] x = new float[bits.length()];
      for (int t = 0; t < x.length; t++) {
        x[t] = bits.charAt(t) - '0';
      }
      int answer = majority.answers(Batch.ofValues(x.length, 1, 1, x, null))[0];
      System.out.println(bits + " has more " + (answer == 1 ? "ones" : "zeros"));
    }
  }

  // @start region="data"
  /** Rows of 1, 3, ..., 9 bits, padded to 9, with one label each. */
  private static Batch batch(int step) {
    CounterRandom random = new CounterRandom(step);
    float[] bits = new float[LONGEST * ROWS]; // [T, B, 1]
    int[] lengths = new int[ROWS];
    int[] labels = new int[ROWS];
    for (int row = 0; row < ROWS; row++) {
      lengths[row] = 1 + 2 * (row % 5);
      int ones = 0;
      for (int t = 0; t < lengths[row]; t++) {
        int bit = random.uniform((long) row * LONGEST + t) < 0.5 ? 0 : 1;
        bits[t * ROWS + row] = bit;
        ones += bit;
      }
      labels[row] = 2 * ones > lengths[row] ? 1 : 0;
    }
    return Batch.ofValues(LONGEST, ROWS, 1, bits, lengths).labels(new Ids(1, ROWS, labels));
  }
  // @end region="data"
}
