package dev.comporta.examples.byhand;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import java.util.Arrays;
import java.util.Locale;

/** Compares the running sums of two inputs. */
public final class LargerSum {
  private LargerSum() {}

  /** Prints the output at every timestep. */
  public static void main(String[] arguments) {
    // @start region="model"
    SmallModel larger =
        SmallModel.with(
                2,
                Spec.of("recurrent")
                    .with("cell", Spec.of("rnn").with("activation", "identity"))
                    .with("hidden", 1),
                Spec.of("dense").with("units", 1).with("activation", "sigmoid"))
            .set("layers.0.cell.W", 1, -1) // the difference
            .set("layers.0.cell.U", 1)
            .set("layers.0.cell.b", 0)
            .set("layers.1.W", 5) // near 1 if positive, near 0 if negative
            .set("layers.1.b", 0);
    // @end region="model"
    float[] x = {2, -2, /**/ 0, 3.5f, /**/ 1, 2.2f}; // [3, 1, 2]
    float[] y = larger.outputs(Batch.ofValues(3, 1, 2, x, null));
    for (int t = 0; t < y.length; t++) {
      System.out.printf(
          Locale.ROOT,
          "%s -> %.2f%n",
          Arrays.toString(Arrays.copyOfRange(x, 2 * t, 2 * t + 2)),
          y[t]);
    }
  }
}
