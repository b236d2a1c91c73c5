package dev.comporta.benchmarks.peers.dl4j;

import dev.comporta.benchmarks.peers.Capabilities;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.benchmarks.peers.Peer;
import dev.comporta.benchmarks.peers.PeerServer;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.io.IOException;
import org.nd4j.linalg.factory.Nd4j;

/** Deeplearning4j's {@code MultiLayerNetwork}. */
public final class Deeplearning4j implements Peer {

  /** Loads ND4J and sets its number of threads for the whole process. */
  public Deeplearning4j(int threads) {
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
  }

  /** Serves the benchmark; see {@link PeerServer}. */
  public static void main(String[] args) throws IOException {
    PeerServer.main(args, Deeplearning4j::new);
  }

  @Override
  public String name() {
    return Library.DL4J.label();
  }

  @Override
  public boolean runs(Workload workload) {
    return Capabilities.runs(Library.DL4J, workload);
  }

  @Override
  public Run start(Problem problem) {
    if (!runs(problem.workload())) {
      throw refusal(problem.workload());
    }
    return switch (problem.workload()) {
      case Workload.Training w -> new Dl4jTraining(problem, w);
      case Workload.Inference w -> new Dl4jStream(problem, w);
      case Workload.Product _,
          Workload.PairTraining _,
          Workload.Translation _,
          Workload.LinearCell _ ->
          throw refusal(problem.workload());
    };
  }
}
