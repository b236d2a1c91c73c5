package dev.comporta.examples.watching;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.metrics.ConfusionMatrix;
import java.util.List;

/** A rare class that is hard to distinguish, with and without class weights. */
public final class RareClass {
  private static final int TIMESTEPS = 6;
  private static final int ROWS = 64;

  private RareClass() {}

  /** Prints the effect of class weights. */
  public static void main(String[] arguments) {
    // @start region="weights"
    Spec plain = Spec.of("cross-entropy");
    Spec weighted = plain.with("class-weights", List.of(1, 15));
    for (Spec loss : List.of(plain, weighted)) {
      SmallModel alarm =
          SmallModel.with(
              1,
              Spec.of("recurrent").with("cell", "gru").with("hidden", 6),
              Spec.of("pool-time").with("mode", "mean"),
              Spec.of("dense").with("units", 2));
      alarm.learn(loss, 150, RareClass::batch);
      // @end region="weights"
      // @start region="matrix"
      ConfusionMatrix matrix = new ConfusionMatrix(2);
      for (int step = 1000; step < 1040; step++) {
        Batch unseen = batch(step);
        matrix.add(alarm.outputs(unseen), labels(step), null); // [1, B, 2] and [1, B]
      }
      System.out.println(loss.options().isEmpty() ? "without weights" : "with weights");
      System.out.println("  accuracy above 80 %: " + (matrix.accuracy() > 0.8));
      System.out.println("  recall of alarms above 40 %: " + (matrix.recall(1) > 0.4));
      System.out.println("  F1 of alarms above 0.2: " + (matrix.f1(1) > 0.2));
      // @end region="matrix"
    }
  }

  /** One row in twenty is an alarm, with slightly larger values. */
  private static Ids labels(int step) {
    CounterRandom random = new CounterRandom(step);
    int[] labels = new int[ROWS];
    for (int row = 0; row < ROWS; row++) {
      labels[row] = random.uniform(row) < 0.05 ? 1 : 0;
    }
    return new Ids(1, ROWS, labels);
  }

  private static Batch batch(int step) {
    CounterRandom random = new CounterRandom(step + 1_000_000);
    Ids labels = labels(step);
    float[] x = new float[TIMESTEPS * ROWS]; // [T, B, 1]
    for (int i = 0; i < x.length; i++) {
      x[i] = 2 * random.uniform(i) - 1 + 0.4f * labels.values()[i % ROWS];
    }
    return Batch.ofValues(TIMESTEPS, ROWS, 1, x, null).labels(labels);
  }
}
