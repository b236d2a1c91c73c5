package dev.comporta.examples.shapes;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import java.util.Locale;

/** One to one: a feed-forward network learns the exclusive or. */
public final class OneToOne {
  private OneToOne() {}

  /** Trains, then prints the truth table. */
  public static void main(String[] arguments) {
    // @start region="model"
    SmallModel xor =
        SmallModel.with(
            2,
            Spec.of("dense").with("units", 8).with("activation", "tanh"),
            Spec.of("dense").with("units", 2));
    // @end region="model"
    // @start region="data"
    float[] questions = {0, 0, /**/ 0, 1, /**/ 1, 0, /**/ 1, 1}; // [1, 4, 2]
    Ids answers = new Ids(1, 4, new int[] {0, 1, 1, 0});
    Batch batch = Batch.ofValues(1, 4, 2, questions, null).labels(answers);
    xor.learn(300, _ -> batch);
    // @end region="data"
    int[] got = xor.answers(batch);
    for (int i = 0; i < 4; i++) {
      System.out.printf(Locale.ROOT, "%d xor %d = %d%n", i / 2, i % 2, got[i]);
    }
  }
}
