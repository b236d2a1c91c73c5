package dev.comporta.benchmarks.peers.libtorch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.comporta.benchmarks.peers.Capabilities;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.benchmarks.peers.Peer;
import dev.comporta.benchmarks.peers.PeerServer;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.io.IOException;

/**
 * libtorch with MKL and oneDNN. The LSTM is oneDNN's fused implementation (forward and backward);
 * the GRU and the tanh RNN are ATen's loops over timesteps.
 */
public final class Libtorch implements Peer {

  private final Engine engine;

  /** Loads libtorch and sets the number of threads of its operations for the whole process. */
  public Libtorch(int threads) {
    engine = Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
    JniUtils.setGraphExecutorOptimize(false);
  }

  /** Serves the benchmark; see {@link PeerServer}. */
  public static void main(String[] args) throws IOException {
    PeerServer.main(args, Libtorch::new);
  }

  @Override
  public String name() {
    return Library.LIBTORCH.label();
  }

  @Override
  public boolean runs(Workload workload) {
    return Capabilities.runs(Library.LIBTORCH, workload);
  }

  @Override
  public Run start(Problem problem) {
    PtNDManager manager = manager();
    return switch (problem.workload()) {
      case Workload.Training w -> new TorchTraining(manager, problem, w);
      case Workload.Inference w -> new TorchInference(manager, problem, w);
      case Workload.Product w -> new TorchProduct(manager, problem, w);
      case Workload.PairTraining w -> new TorchPairTraining(manager, problem, w);
      case Workload.Translation w -> new TorchTranslation(manager, problem, w);
      case Workload.LinearCell w -> throw refusal(w);
    };
  }

  /** A manager that owns the arrays of one run. */
  PtNDManager manager() {
    return (PtNDManager) engine.newBaseManager();
  }
}
