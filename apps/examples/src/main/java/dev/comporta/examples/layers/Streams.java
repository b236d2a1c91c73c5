package dev.comporta.examples.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.examples.SmallModel;
import java.util.Arrays;

/** Runs a model step by step and batch by batch with carried state. */
public final class Streams {
  private Streams() {}

  /** Prints whether streaming gives the same outputs as a whole sequence. */
  public static void main(String[] arguments) {
    SmallModel small =
        SmallModel.with(3, Spec.of("recurrent").with("cell", "gru").with("hidden", 4));
    TensorBackend backend = Catalog.load().preferredBackend(System.err::println);
    // @start region="session"
    StreamingModel shared = new StreamingModel(small.model(), backend);
    float[] x = {1, 0, 0, /**/ 0, 1, 0, /**/ 0, 0, 1, /**/ 1, 1, 0}; // [4, 3]
    float[] y = new float[4 * 4]; // [4, 4]
    try (Session session = shared.newSession()) {
      session.run(x, 2, y); // two timesteps at once
      session.step(x, 2 * 3, y, 2 * 4); // then one more
      try (Session other = session.fork()) { // continues independently from here
        other.step(x, 3 * 3, y, 3 * 4);
      }
    }
    float[] whole = small.outputs(Batch.ofValues(4, 1, 3, x, null));
    System.out.println("as one sequence: " + (largestDifference(y, whole) < 1e-6));
    // @end region="session"
    // @start region="carry"
    ModelRunner runner = new ModelRunner(small.model(), backend, Workers.ALONE, Execution.PLAN);
    Carry carry = runner.newCarry(1); // one row, in the initial state
    float[] first = runner.predict(Batch.ofValues(1, 1, 3, x, null), carry);
    float[] later = Arrays.copyOfRange(x, 3, x.length);
    float[] rest = runner.predict(Batch.ofValues(3, 1, 3, later, null), carry); // continues
    System.out.println("as two batches: " + Arrays.equals(joined(first, rest), whole));
    // @end region="carry"
  }

  private static float[] joined(float[] a, float[] b) {
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static double largestDifference(float[] a, float[] b) {
    double[] differences = new double[a.length];
    Arrays.setAll(differences, i -> Math.abs(a[i] - b[i]));
    return Arrays.stream(differences).max().orElseThrow();
  }
}
