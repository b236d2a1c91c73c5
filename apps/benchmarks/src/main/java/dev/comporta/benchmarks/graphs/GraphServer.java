package dev.comporta.benchmarks.graphs;

import dev.comporta.benchmarks.peers.LibraryServer;
import dev.comporta.benchmarks.peers.Wire;
import dev.comporta.onnx.value.OnnxTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The library's side of the pipe: answers requests of {@link GraphProcess}. */
public final class GraphServer extends LibraryServer<GraphRun> {
  static final int OPEN = 'o';
  static final int RUN = 'r';
  static final int PREPARE = 'p';

  private final GraphLibrary library;

  private GraphServer(GraphLibrary library) {
    this.library = library;
  }

  /**
   * Answers requests on standard input and output until the pipe closes.
   *
   * @throws IOException if the pipe breaks
   */
  public static void serve(GraphLibrary library) throws IOException {
    new GraphServer(library).serve();
  }

  @Override
  protected boolean answer(int request) throws IOException {
    switch (request) {
      case OPEN -> {
        Path file = Path.of(Wire.readText(in));
        int threads = in.readInt();
        attempt(
            () -> {
              begin(() -> library.open(file, threads));
              return library.version();
            },
            version -> Wire.writeText(out, version));
      }
      case RUN -> {
        Map<String, OnnxTensor> inputs = GraphWire.readTensors(in);
        attempt(() -> begun().run(inputs), outputs -> GraphWire.writeTensors(out, outputs));
      }
      case PREPARE -> {
        Map<String, OnnxTensor> inputs = GraphWire.readTensors(in);
        Map<String, String> states = GraphWire.readTexts(in);
        attempt(() -> begun().prepare(inputs, states));
      }
      default -> {
        return false;
      }
    }
    return true;
  }
}
