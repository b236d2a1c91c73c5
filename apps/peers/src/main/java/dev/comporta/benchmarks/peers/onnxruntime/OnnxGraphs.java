package dev.comporta.benchmarks.peers.onnxruntime;

import static dev.comporta.api.Formatting.formatted;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.comporta.benchmarks.graphs.GraphLibrary;
import dev.comporta.benchmarks.graphs.GraphRun;
import dev.comporta.benchmarks.graphs.GraphServer;
import java.io.IOException;
import java.nio.file.Path;

/** ONNX files in ONNX Runtime's CPU provider, with all optimizations enabled. */
public final class OnnxGraphs implements GraphLibrary {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  /** Serves graphs; see {@link GraphServer}. */
  public static void main(String[] args) throws IOException {
    GraphServer.serve(new OnnxGraphs());
  }

  @Override
  public String version() {
    return "ONNX Runtime " + environment.getVersion();
  }

  /** A session can be created from a file or from its content. */
  private interface Creation {
    OrtSession create(OrtSession.SessionOptions options) throws OrtException;
  }

  @Override
  public GraphRun open(Path file, int threads) {
    return open(options -> environment.createSession(file.toString(), options), threads);
  }

  /** Loads the content of a file. */
  public GraphRun open(byte[] model, int threads) {
    return open(options -> environment.createSession(model, options), threads);
  }

  private GraphRun open(Creation creation, int threads) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return new OnnxGraph(environment, creation.create(options));
    } catch (OrtException e) {
      throw new IllegalStateException(formatted("[onnxruntime] %s", e.getMessage()), e);
    }
  }
}
