package dev.comporta.examples.data;

import dev.comporta.cells.model.Batch;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.data.SequenceExamples;
import dev.comporta.training.data.SequenceExamples.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Batches sequences of different lengths with little padding. */
public final class Buckets {
  private Buckets() {}

  /** Prints the share of padding for several pool sizes. */
  public static void main(String[] arguments) {
    // @start region="examples"
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 640; i++) {
      int length = 1 + i % 40;
      examples.add(new Example(new int[length], new int[] {i % 2}));
    }
    // @end region="examples"
    // @start region="buckets"
    for (int pool : new int[] {1, 5, 20}) {
      SequenceExamples data = new SequenceExamples(examples, 32, pool, new CounterRandom(1));
      int places = 0;
      int filled = 0;
      for (int index = 0; index < data.chunks(); index++) {
        Batch batch = data.batch(0, index);
        places += batch.timesteps() * batch.batch();
        filled += batch.count();
      }
      System.out.printf(
          Locale.ROOT,
          "pools of %d: %d batches, %.0f %% padding%n",
          pool,
          data.chunks(),
          100 - 100.0 * filled / places);
    }
    // @end region="buckets"
  }
}
