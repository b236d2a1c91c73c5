package dev.comporta.benchmarks.peers;

/**
 * A library that can do a workload: libtorch, ONNX Runtime, Deeplearning4j, and our own. Thread
 * counts are a matter of the whole process in most libraries, so an instance has one from its
 * construction on.
 */
public interface Peer {

  /** The name in the table, as {@code libtorch}. */
  String name();

  /** Whether the library can do that workload, without tricks that no user would use. */
  boolean runs(Workload workload);

  /**
   * Sets the problem up.
   *
   * @throws UnsupportedOperationException if {@link #runs} says no
   */
  Run start(Problem problem);

  /** The exception for a workload that {@link #runs} refuses. */
  default UnsupportedOperationException refusal(Workload workload) {
    return new UnsupportedOperationException(
        "[benchmarks] %s cannot run %s; ask runs(workload) first"
            .formatted(name(), workload.name()));
  }
}
