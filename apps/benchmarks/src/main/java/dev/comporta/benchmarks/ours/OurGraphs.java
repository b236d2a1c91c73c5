package dev.comporta.benchmarks.ours;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.benchmarks.graphs.GraphLibrary;
import dev.comporta.benchmarks.graphs.GraphRun;
import dev.comporta.benchmarks.graphs.GraphServer;
import dev.comporta.benchmarks.peers.Launch;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import dev.comporta.tensor.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** ONNX files in Comporta's interpreter. */
public final class OurGraphs implements GraphLibrary {
  private final TensorBackend backend = Catalog.load().preferredBackend(System.err::println);

  private OurGraphs() {}

  /**
   * Serves the benchmark; see {@link GraphServer}.
   *
   * @param args none
   * @throws IOException if the pipe breaks
   */
  public static void main(String[] args) throws IOException {
    GraphServer.serve(new OurGraphs());
  }

  /** Describes how to start its JVM. */
  public static Launch launch() {
    return Comporta.launch().withMain(OurGraphs.class.getName());
  }

  @Override
  public String version() {
    return Comporta.NAME;
  }

  @Override
  public GraphRun open(Path file, int threads) {
    Workers workers = threads == 1 ? Workers.ALONE : new WorkerPool(threads);
    return new Graph(OnnxModel.load(file, backend, workers));
  }

  private static final class Graph implements GraphRun {
    private final OnnxModel model;
    private final Map<String, OnnxValue> inputs = new HashMap<>();
    private Map<String, String> states = Map.of();

    Graph(OnnxModel model) {
      this.model = model;
    }

    @Override
    public Map<String, OnnxTensor> run(Map<String, OnnxTensor> given) {
      Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
      model.run(given).forEach((name, value) -> outputs.put(name, value.tensor()));
      return outputs;
    }

    @Override
    public void prepare(Map<String, OnnxTensor> given, Map<String, String> pairs) {
      inputs.clear();
      inputs.putAll(given);
      states = pairs;
    }

    @Override
    public void execute() {
      Map<String, OnnxValue> outputs = model.run(inputs);
      states.forEach((input, output) -> {
        OnnxValue next = outputs.get(output);
        if (next != null) {
          inputs.put(input, next);
        }
      });
    }

    @Override
    public void close() {
      inputs.clear();
    }
  }
}
