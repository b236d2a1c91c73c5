package dev.comporta.examples.layers;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.examples.Practice;
import java.util.Arrays;

/** A model that is called timestep by timestep, and whose state is carried over. */
public final class Streams {
  private Streams() {}

  /**
   * Prints whether a stream says what a sequence says.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    Practice practice =
        Practice.with(3, Spec.of("recurrent").with("cell", "gru").with("hidden", 4));
    // @start region="session"
    StreamingModel shared =
        new StreamingModel(practice.model(), Catalog.load().preferredBackend(System.err::println));
    float[] x = {1, 0, 0, /**/ 0, 1, 0, /**/ 0, 0, 1, /**/ 1, 1, 0}; // [4, 3]
    float[] y = new float[4 * 4]; // [4, 4]
    try (Session session = shared.newSession()) {
      session.run(x, 2, y); // two timesteps at once
      session.step(x, 2 * 3, y, 2 * 4); // then one more
      try (Session other = session.fork()) { // goes on by itself from here
        other.step(x, 3 * 3, y, 3 * 4);
      }
    }
    float[] whole = practice.outputs(Batch.ofValues(4, 1, 3, x, null));
    System.out.println("as one sequence: " + (largestDifference(y, whole) < 1e-6));
    // @end region="session"
  }

  private static double largestDifference(float[] a, float[] b) {
    double[] differences = new double[a.length];
    Arrays.setAll(differences, i -> Math.abs(a[i] - b[i]));
    return Arrays.stream(differences).max().orElseThrow();
  }
}
