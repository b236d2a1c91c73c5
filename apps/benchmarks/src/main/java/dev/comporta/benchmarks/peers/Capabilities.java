package dev.comporta.benchmarks.peers;

import java.util.Set;

/** The workloads that each library supports; known without loading the library. */
public final class Capabilities {

  private static final Set<String> DL4J_TRAINING = Set.of("small", "medium", "char-lstm", "large");

  private Capabilities() {}

  /** Whether the library supports the workload. */
  public static boolean runs(Library library, Workload workload) {
    return switch (library) {
      case LIBTORCH ->
          !(workload instanceof Workload.Inference w) || w.formulation() == Formulation.BUILT_IN;
      case ONNXRUNTIME ->
          workload instanceof Workload.Inference w && w.formulation() == Formulation.BUILT_IN;
      case ONNXRUNTIME_MAP ->
          workload instanceof Workload.Inference w
              && w.formulation() == Formulation.BUILT_IN
              && w.streams();
      case DL4J ->
          switch (workload) {
            case Workload.Training w -> DL4J_TRAINING.contains(w.name());
            case Workload.Inference w ->
                w.cell() == CellKind.LSTM && w.streams() && w.formulation() == Formulation.BUILT_IN;
            case Workload.Product _, Workload.PairTraining _, Workload.Translation _ -> false;
          };
    };
  }
}
