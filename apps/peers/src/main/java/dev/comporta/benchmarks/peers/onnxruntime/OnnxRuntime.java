package dev.comporta.benchmarks.peers.onnxruntime;

import static dev.comporta.api.Formatting.formatted;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.comporta.benchmarks.peers.Capabilities;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.benchmarks.peers.Peer;
import dev.comporta.benchmarks.peers.PeerServer;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import java.io.IOException;

/** ONNX Runtime's CPU provider with all optimizations enabled. */
public final class OnnxRuntime implements Peer {

  private final int threads;
  private final boolean mapped = Boolean.getBoolean(Library.MAPPED);

  /** Creates the peer; sessions use this number of intra-operator threads. */
  public OnnxRuntime(int threads) {
    this.threads = threads;
  }

  /** Serves the benchmark; see {@link PeerServer}. */
  public static void main(String[] args) throws IOException {
    PeerServer.main(args, OnnxRuntime::new);
  }

  @Override
  public String name() {
    return library().label();
  }

  private Library library() {
    return mapped ? Library.ONNXRUNTIME_MAP : Library.ONNXRUNTIME;
  }

  @Override
  public boolean runs(Workload workload) {
    return Capabilities.runs(library(), workload);
  }

  @Override
  public Run start(Problem problem) {
    if (!(problem.workload() instanceof Workload.Inference workload)) {
      throw refusal(problem.workload());
    }
    return start(OnnxModel.of(problem, workload), workload, problem.inputs());
  }

  /** Starts a model that has already been written. */
  Run start(byte[] model, Workload.Inference workload, float[] inputs) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      OrtSession session = environment.createSession(model, options);
      return mapped && workload.streams()
          ? new OnnxMapStream(environment, session, workload, inputs)
          : new OnnxInference(environment, session, workload, inputs);
    } catch (OrtException e) {
      throw new IllegalStateException(
          formatted("[onnxruntime] cannot start a session for %s", workload.name()), e);
    }
  }
}
