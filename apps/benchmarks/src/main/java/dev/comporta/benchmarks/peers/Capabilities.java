package dev.comporta.benchmarks.peers;

import java.util.List;
import java.util.Set;

/** The workloads that each library supports; known without loading the library. */
public final class Capabilities {

  private static final Set<String> DL4J_TRAINING = Set.of("small", "medium", "char-lstm", "large");

  /** The sizes {@code I, H} of the networks in {@code rtneural_peer.cpp}. */
  public static final Set<List<Integer>> RTNEURAL_SIZES =
      Set.of(List.of(16, 32), List.of(1, 20), List.of(1, 40));

  private Capabilities() {}

  /** Whether the library supports the workload. */
  public static boolean runs(Library library, Workload workload) {
    return switch (library) {
      case LIBTORCH ->
          switch (workload) {
            case Workload.Inference w -> w.formulation() == Formulation.BUILT_IN;
            case Workload.LinearCell _ -> false;
            case Workload.Training _,
                Workload.Product _,
                Workload.PairTraining _,
                Workload.Translation _ ->
                true;
          };
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
            case Workload.Product _,
                Workload.PairTraining _,
                Workload.Translation _,
                Workload.LinearCell _ ->
                false;
          };
      case RTNEURAL ->
          workload instanceof Workload.Inference w
              && w.formulation() == Formulation.BUILT_IN
              && w.cell() == CellKind.LSTM
              && w.streams()
              && w.batch() == 1
              && RTNEURAL_SIZES.contains(List.of(w.input(), w.hidden()));
    };
  }
}
