package dev.comporta.benchmarks.graphs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import dev.comporta.benchmarks.peers.Launch;
import dev.comporta.benchmarks.peers.Timed;
import dev.comporta.onnx.OnnxEngine;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A graph in a library that runs in a JVM of its own. A native library that crashes ends that JVM
 * only, and the reason is an exception here.
 */
public final class GraphProcess implements OnnxEngine.Graph, Timed {
  private final String label;
  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;
  private String version = "";
  private boolean broken;

  private GraphProcess(String label, Process process) {
    this.label = label;
    this.process = process;
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
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
    GraphProcess graph;
    try {
      graph =
          new GraphProcess(
              launch.label(),
              new ProcessBuilder(launch.command())
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
    } catch (IOException e) {
      throw new OnnxException(
          formatted("[onnx] the process of %s did not start: %s", launch.label(), e.getMessage()),
          e);
    }
    try {
      graph.version =
          graph.request(
              GraphServer.OPEN,
              to -> {
                GraphWire.writeText(to, file.toAbsolutePath().toString());
                to.writeInt(threads);
              },
              GraphWire::readText);
      return graph;
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Map<String, OnnxValue> run(Map<String, ? extends OnnxValue> inputs) {
    return new LinkedHashMap<>(
        request(
            GraphServer.RUN,
            to -> GraphWire.writeTensors(to, tensors(inputs)),
            GraphWire::readTensors));
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
  public void prepare(Map<String, ? extends OnnxValue> inputs, Map<String, String> states) {
    request(
        GraphServer.PREPARE,
        to -> {
          GraphWire.writeTensors(to, tensors(inputs));
          GraphWire.writeTexts(to, states);
        },
        _ -> states);
  }

  @Override
  public double[] time(int samples, int executions) {
    return request(
        GraphServer.TIME,
        to -> {
          to.writeInt(samples);
          to.writeInt(executions);
        },
        from -> {
          double[] nanos = new double[samples];
          for (int i = 0; i < samples; i++) {
            nanos[i] = from.readDouble();
          }
          return nanos;
        });
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  private <T> T request(int kind, Writing body, Reading<T> reading) {
    try {
      out.writeByte(kind);
      body.to(out);
      out.flush();
      int answer = in.readByte();
      if (answer == GraphServer.FAILED) {
        throw new OnnxException(
            formatted(
                "[onnx] %s refuses it: %s",
                label, Printable.quote(GraphWire.readText(in).strip())));
      }
      if (answer != GraphServer.OK) {
        throw new IOException(
            formatted("expected the answer %d but got %d", GraphServer.OK, answer));
      }
      return reading.from(in);
    } catch (IOException e) {
      broken = true;
      throw new OnnxException(
          formatted(
              "[onnx] the process of %s ended or closed its pipe; its errors are above", label),
          e);
    }
  }

  @Override
  public void close() {
    if (broken) {
      process.destroyForcibly();
      return;
    }
    try {
      out.close();
      process.waitFor();
    } catch (IOException e) {
      process.destroyForcibly();
      throw new UncheckedIOException(
          formatted("[benchmarks] cannot close the pipe to %s", label), e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
