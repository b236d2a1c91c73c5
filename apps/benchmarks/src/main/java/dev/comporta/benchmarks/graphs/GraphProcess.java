package dev.comporta.benchmarks.graphs;

import dev.comporta.benchmarks.peers.Launch;
import dev.comporta.benchmarks.peers.LibraryPipe;
import dev.comporta.benchmarks.peers.Timed;
import dev.comporta.benchmarks.peers.Wire;
import dev.comporta.onnx.OnnxEngine;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A graph in a library that runs in a JVM of its own. */
public final class GraphProcess implements OnnxEngine.Graph, Timed {
  private final LibraryPipe pipe;
  private final String version;

  private GraphProcess(LibraryPipe pipe, String version) {
    this.pipe = pipe;
    this.version = version;
  }

  /**
   * Starts the JVM and loads a file.
   *
   * @param launch describes how to start it; its class calls {@link GraphServer#serve}
   * @param file an ONNX file
   * @param threads the number of threads that a run may use
   * @throws OnnxException if the library does not load the file, or its process does not start
   */
  public static GraphProcess open(Launch launch, Path file, int threads) {
    LibraryPipe pipe = required(() -> LibraryPipe.open(launch));
    try {
      String version =
          required(() ->
              pipe.request(
                  GraphServer.OPEN,
                  to -> {
                    Wire.writeText(to, file.toAbsolutePath().toString());
                    to.writeInt(threads);
                  },
                  Wire::readText));
      return new GraphProcess(pipe, version);
    } catch (RuntimeException e) {
      pipe.close();
      throw e;
    }
  }

  /** What the library refuses, or a process that ended, as the exception of an engine. */
  private static <T> T required(Supplier<T> request) {
    try {
      return request.get();
    } catch (IllegalStateException | UncheckedIOException e) {
      throw new OnnxException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Map<String, OnnxValue> run(Map<String, ? extends OnnxValue> inputs) {
    Map<String, OnnxTensor> tensors = tensors(inputs);
    return new LinkedHashMap<>(
        required(() ->
            pipe.request(
                GraphServer.RUN,
                to -> GraphWire.writeTensors(to, tensors),
                GraphWire::readTensors)));
  }

  private static Map<String, OnnxTensor> tensors(Map<String, ? extends OnnxValue> values) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    values.forEach((name, value) -> tensors.put(name, value.tensor()));
    return tensors;
  }

  /**
   * Sets what {@link #time} runs on.
   *
   * @param inputs all inputs, states with their initial values
   * @param states the output with the next value of each state, by the name of its input
   */
  public void prepare(Map<String, OnnxTensor> inputs, Map<String, String> states) {
    required(() ->
        pipe.request(
            GraphServer.PREPARE,
            to -> {
              GraphWire.writeTensors(to, inputs);
              GraphWire.writeTexts(to, states);
            },
            _ -> states));
  }

  @Override
  public double[] time(int samples, int executions) {
    return required(() -> pipe.time(samples, executions));
  }

  @Override
  public void close() {
    pipe.close();
  }
}
