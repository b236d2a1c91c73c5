package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

/** Asserts that two libraries did the same work. */
public final class EqualWork {

  /** The maximum difference of first-step losses. */
  public static final double LOSS_TOLERANCE = 1e-4;

  /** The maximum difference of the first-step losses of a translation model. */
  public static final double FIRST_LOSS_TOLERANCE = 1e-5;

  /** The maximum difference of an element, relative to the larger of 1 and its absolute value. */
  public static final double ANSWER_TOLERANCE = 1e-5;

  private EqualWork() {}

  /**
   * Compares the results of the first execution in two libraries. When a translation model is
   * trained, the tolerance for the first step is smaller than for later steps; when it translates,
   * the tokens must be the same.
   *
   * @throws IllegalStateException if the results differ by more than the tolerance
   */
  public static void require(Workload workload, float[] expected, float[] actual) {
    double tolerance =
        switch (workload) {
          case Workload.Training _ -> LOSS_TOLERANCE;
          case Workload.Inference _, Workload.LinearCell _ -> ANSWER_TOLERANCE;
          case Workload.Product w -> 1e-6 * w.inner();
          case Workload.PairTraining _ -> LOSS_TOLERANCE;
          case Workload.Translation _ -> 0;
        };
    if (expected.length != actual.length) {
      throw new IllegalStateException(
          formatted(
              "[%s] expected a result of %d numbers but got %d",
              workload.name(), expected.length, actual.length));
    }
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) expected[i] - actual[i]);
      double allowed =
          i == 0 && workload instanceof Workload.PairTraining ? FIRST_LOSS_TOLERANCE : tolerance;
      if (!(difference <= allowed * Math.max(1, Math.abs(expected[i])))) {
        throw new IllegalStateException(
            formatted(
                "[%s] expected equal results from both libraries but result %d is %s in one and %s in the other",
                workload.name(), i, expected[i], actual[i]));
      }
    }
  }
}
