package dev.comporta.examples.byhand;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;

/** A Jordan network with two hidden threshold units that computes the parity of a bit sequence. */
public final class Parity {
  private Parity() {}

  /** Prints the bits and the parity after each bit. */
  public static void main(String[] arguments) {
    // @start region="model"
    Spec cell =
        Spec.of("jordan")
            .with("outputs", 1)
            .with("activation", "hard-threshold")
            .with("output-activation", "hard-threshold");
    SmallModel parity =
        SmallModel.with(1, Spec.of("recurrent").with("cell", cell).with("hidden", 2))
            .set("layers.0.cell.W", 1, 1) // x
            .set("layers.0.cell.U", 1, 1) // y of the previous timestep
            .set("layers.0.cell.b", -1.5f, -0.5f) // h1 = x and y, h2 = x or y
            .set("layers.0.cell.V", -1, 1)
            .set("layers.0.cell.bV", -0.5f); // y = h2 and not h1
    // @end region="model"
    float[] x = {0, 1, 0, 1, 1, 0, 1};
    float[] y = parity.outputs(Batch.ofValues(x.length, 1, 1, x, null));
    StringBuilder bits = new StringBuilder("bits  ");
    StringBuilder parities = new StringBuilder("parity");
    for (int t = 0; t < x.length; t++) {
      bits.append(' ').append((int) x[t]);
      parities.append(' ').append((int) y[t]);
    }
    System.out.println(bits);
    System.out.println(parities);
  }
}
