package dev.comporta.examples.byhand;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.examples.SmallModel;
import java.util.Arrays;

/** A recurrent network with one linear unit that sums its inputs. */
public final class Sum {
  private Sum() {}

  /** Prints the running sums. */
  public static void main(String[] arguments) {
    // @start region="model"
    SmallModel sum =
        SmallModel.with(
                1,
                Spec.of("recurrent")
                    .with("cell", Spec.of("rnn").with("activation", "identity"))
                    .with("hidden", 1))
            .set("layers.0.cell.W", 1) // adds the input
            .set("layers.0.cell.U", 1) // to the previous sum
            .set("layers.0.cell.b", 0);
    // @end region="model"
    float[] x = {2, -0.5f, 1, 1};
    System.out.println("inputs " + Arrays.toString(x));
    System.out.println(
        "sums   " + Arrays.toString(sum.outputs(Batch.ofValues(x.length, 1, 1, x, null))));
  }
}
