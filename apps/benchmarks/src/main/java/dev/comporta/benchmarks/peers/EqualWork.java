package dev.comporta.benchmarks.peers;

/** Holds that two libraries did the same work. */
public final class EqualWork {

  /** How far first-step losses may differ. */
  public static final double LOSS_TOLERANCE = 1e-4;

  /** How far the losses of the first step of a model of translation may differ. */
  public static final double FIRST_LOSS_TOLERANCE = 1e-5;

  /** How far any element of two answers may differ, relative to one or the element's size. */
  public static final double ANSWER_TOLERANCE = 1e-5;

  private EqualWork() {}

  /**
   * Compares the results of the first execution in two libraries. Of a model of translation that is
   * trained the first step must agree more closely than those that follow it; one that translates
   * must give the same tokens.
   *
   * @throws IllegalStateException if they differ by more than the tolerance
   */
  public static void require(Workload workload, float[] expected, float[] actual) {
    double tolerance =
        switch (workload) {
          case Workload.Training _ -> LOSS_TOLERANCE;
          case Workload.Inference _ -> ANSWER_TOLERANCE;
          case Workload.Product w -> 1e-6 * w.inner();
          case Workload.PairTraining _ -> LOSS_TOLERANCE;
          case Workload.Translation _ -> 0;
        };
    if (expected.length != actual.length) {
      throw new IllegalStateException(
          "[%s] expected a result of %d numbers but got %d"
              .formatted(workload.name(), expected.length, actual.length));
    }
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) expected[i] - actual[i]);
      double allowed =
          i == 0 && workload instanceof Workload.PairTraining ? FIRST_LOSS_TOLERANCE : tolerance;
      if (!(difference <= allowed * Math.max(1, Math.abs(expected[i])))) {
        throw new IllegalStateException(
            "[%s] the libraries did not do equal work: result %d is %s in one and %s in the other"
                .formatted(workload.name(), i, expected[i], actual[i]));
      }
    }
  }
}
