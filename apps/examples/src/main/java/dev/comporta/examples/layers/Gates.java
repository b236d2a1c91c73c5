package dev.comporta.examples.layers;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner.Observed;
import dev.comporta.examples.SmallModel;
import java.util.Locale;
import java.util.Objects;

/** An LSTM with hand-set weights, and its gates and cell state at every timestep. */
public final class Gates {
  private Gates() {}

  /** Prints the gates and the cell state. */
  public static void main(String[] arguments) {
    // @start region="model"
    SmallModel latch =
        SmallModel.with(
                2, // a number, and a flag that says whether to store it
                Spec.of("recurrent").with("cell", "lstm").with("hidden", 1))
            .set("layers.0.cell.W", 0, 0, 1, 0, 10, -10, 0, 0) // i f g o
            .set("layers.0.cell.U", 0, 0, 0, 0)
            .set("layers.0.cell.b", -5, 5, 0, 5);
    // @end region="model"
    // @start region="observe"
    float[] x = {0.9f, 0, /**/ 0.5f, 1, /**/ -0.7f, 0, /**/ 0.3f, 0}; // [4, 1, 2]
    Batch batch = Batch.ofValues(4, 1, 2, x, null);
    Observed seen = latch.observe(batch, "layers.0.i", "layers.0.f", "layers.0.c");
    for (int t = 0; t < 4; t++) {
      System.out.printf(
          Locale.ROOT,
          "x %4.1f  i %.2f  f %.2f  c %.2f%n",
          x[2 * t],
          at(seen, "layers.0.i", t),
          at(seen, "layers.0.f", t),
          at(seen, "layers.0.c", t));
    }
    // @end region="observe"
  }

  private static float at(Observed seen, String name, int t) {
    return Objects.requireNonNull(seen.values().get(name))[t];
  }
}
