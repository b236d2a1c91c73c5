package dev.comporta.onnx.operators;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;

/**
 * What a run computes with.
 *
 * @param backend the primitives
 * @param workers the threads
 * @param mostBytes the largest memory of one value
 */
public record Machine(TensorBackend backend, Workers workers, long mostBytes) {
  /** A machine whose values may take a quarter of the JVM's memory each. */
  public static Machine of(TensorBackend backend, Workers workers) {
    return new Machine(backend, workers, Runtime.getRuntime().maxMemory() / 4);
  }

  /** The same with another limit. */
  public Machine limitedTo(long bytes) {
    return new Machine(backend, workers, bytes);
  }
}
