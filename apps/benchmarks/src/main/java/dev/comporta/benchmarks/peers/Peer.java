package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

/**
 * A library that can run workloads: libtorch, ONNX Runtime, Deeplearning4j or Comporta. In most
 * libraries the number of threads is global to the process, so it is fixed when an instance is
 * constructed.
 */
public interface Peer {

  /** The name in the table, such as {@code libtorch}. */
  String name();

  /** Whether the library can run the workload in the way that a user would write it. */
  boolean runs(Workload workload);

  /**
   * Sets up a problem.
   *
   * @throws UnsupportedOperationException if {@link #runs} is false for its workload
   */
  Run start(Problem problem);

  /** The exception for an unsupported workload. */
  default UnsupportedOperationException refusal(Workload workload) {
    return new UnsupportedOperationException(
        formatted(
            "[benchmarks] %s cannot run %s; check runs(workload) first", name(), workload.name()));
  }
}
