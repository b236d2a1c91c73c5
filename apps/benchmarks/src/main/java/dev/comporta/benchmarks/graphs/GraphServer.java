package dev.comporta.benchmarks.graphs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.onnx.value.OnnxTensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The library's side of the pipe: answers requests of {@link GraphProcess}. */
public final class GraphServer {
  static final int OPEN = 'o';
  static final int RUN = 'r';
  static final int PREPARE = 'p';
  static final int TIME = 't';
  static final int OK = 'k';
  static final int FAILED = 'f';

  private final GraphLibrary library;
  private final DataInputStream in;
  private final DataOutputStream out;
  private @Nullable GraphRun run;

  private GraphServer(GraphLibrary library, DataInputStream in, DataOutputStream out) {
    this.library = library;
    this.in = in;
    this.out = out;
  }

  /**
   * Answers requests on standard input and output until the pipe closes; other output is redirected
   * to standard error.
   *
   * @throws IOException if the pipe breaks
   */
  public static void serve(GraphLibrary library) throws IOException {
    PrintStream pipe = System.out;
    System.setOut(System.err);
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(pipe))) {
      GraphServer server = new GraphServer(library, in, out);
      for (int request = in.read(); request >= 0; request = in.read()) {
        server.answer(request);
        out.flush();
      }
      server.close();
    }
  }

  private void answer(int request) throws IOException {
    switch (request) {
      case OPEN -> {
        Path file = Path.of(GraphWire.readText(in));
        int threads = in.readInt();
        close();
        attempt(
            () -> run = library.open(file, threads),
            _ -> GraphWire.writeText(out, library.version()));
      }
      case RUN -> {
        Map<String, OnnxTensor> inputs = GraphWire.readTensors(in);
        attempt(() -> opened().run(inputs), outputs -> GraphWire.writeTensors(out, outputs));
      }
      case PREPARE -> {
        Map<String, OnnxTensor> inputs = GraphWire.readTensors(in);
        Map<String, String> states = GraphWire.readTexts(in);
        attempt(
            () -> {
              opened().prepare(inputs, states);
              return states;
            },
            _ -> {});
      }
      case TIME -> {
        int samples = in.readInt();
        int executions = in.readInt();
        attempt(
            () -> time(samples, executions),
            nanos -> {
              for (double sample : nanos) {
                out.writeDouble(sample);
              }
            });
      }
      default ->
          throw new IOException(formatted("[benchmarks] unknown request %d on the pipe", request));
    }
  }

  private interface Attempt<T> {
    T make();
  }

  private interface Answer<T> {
    void write(T result) throws IOException;
  }

  /** Answers with what was made, or with the reason why it could not be made. */
  private <T> void attempt(Attempt<T> attempt, Answer<T> answer) throws IOException {
    T result;
    try {
      result = attempt.make();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      out.writeByte(FAILED);
      GraphWire.writeText(out, e.getMessage() == null ? e.toString() : e.getMessage());
      return;
    }
    out.writeByte(OK);
    answer.write(result);
  }

  private double[] time(int samples, int executions) {
    GraphRun graph = opened();
    double[] nanos = new double[samples];
    for (int sample = 0; sample < samples; sample++) {
      long start = System.nanoTime();
      for (int i = 0; i < executions; i++) {
        graph.execute();
      }
      nanos[sample] = (double) (System.nanoTime() - start) / executions;
    }
    return nanos;
  }

  private GraphRun opened() {
    if (run == null) {
      throw new IllegalStateException("[benchmarks] expected an open graph but got none");
    }
    return run;
  }

  private void close() {
    if (run != null) {
      run.close();
      run = null;
    }
  }
}
