package dev.comporta.examples.shapes;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import dev.comporta.tensor.CounterRandom;
import java.util.Arrays;
import java.util.Locale;

/** Many to many, shifted: reads a whole sequence, then writes it in reverse. */
public final class ManyToManyShifted {
  private static final int ROWS = 32;
  private static final int LENGTH = 4;
  private static final int SYMBOLS = 6;

  private ManyToManyShifted() {}

  /** Trains, then prints inputs and outputs. */
  public static void main(String[] arguments) {
    // @start region="model"
    SmallModel reverser =
        SmallModel.with(
            0,
            Spec.of("embedding").with("vocabulary", SYMBOLS + 1).with("size", 12),
            Spec.of("recurrent").with("cell", "lstm").with("hidden", 48),
            Spec.of("dense").with("units", SYMBOLS));
    // @end region="model"
    reverser.learn(
        500,
        step -> {
          CounterRandom random = new CounterRandom(step);
          int[] words = new int[LENGTH * ROWS];
          Arrays.setAll(words, i -> (int) (random.uniform(i) * SYMBOLS));
          return batch(words, ROWS);
        });
    for (int[] word : new int[][] {{0, 1, 2, 3}, {5, 5, 1, 0}, {4, 2, 4, 3}}) {
      int[] all = reverser.answers(batch(word, 1));
      System.out.printf(
          Locale.ROOT,
          "read %s, wrote %s%n",
          Arrays.toString(word),
          Arrays.toString(Arrays.copyOfRange(all, LENGTH, 2 * LENGTH)));
    }
  }

  // @start region="data"
  /** Words {@code [LENGTH, rows]}, followed by LENGTH timesteps for the output. */
  private static Batch batch(int[] words, int rows) {
    int nothing = SYMBOLS;
    int[] input = new int[2 * LENGTH * rows];
    int[] labels = new int[2 * LENGTH * rows];
    Arrays.fill(input, nothing);
    Arrays.fill(labels, -1); // no labels while it reads
    System.arraycopy(words, 0, input, 0, words.length);
    for (int t = 0; t < LENGTH; t++) {
      for (int row = 0; row < rows; row++) {
        labels[(LENGTH + t) * rows + row] = words[(LENGTH - 1 - t) * rows + row];
      }
    }
    return Batch.ofIds(new Ids(2 * LENGTH, rows, input), null)
        .labels(new Ids(2 * LENGTH, rows, labels));
  }
  // @end region="data"
}
