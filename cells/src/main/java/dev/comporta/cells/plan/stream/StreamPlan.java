package dev.comporta.cells.plan.stream;

import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Parameters;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A stack of layers compiled for inference, timestep by timestep or many timesteps at once, with
 * its parameters copied and packed. Thread-safe: any number of streams on any number of threads may
 * share it.
 */
public final class StreamPlan {
  private final List<StreamLayer> layers = new ArrayList<>();
  private final Workers workers;
  private final int inputSize;
  private final StateLayout layout;
  private final float[] initial;
  private final ScratchPool pool = new ScratchPool(this);

  /**
   * Traces and compiles a stack, and copies its parameters.
   *
   * @param stack the layers by the prefix of their parameters and states
   * @param inputSize the input features of the first layer
   * @param parameters the model's parameters
   * @param backend computes the primitives
   * @param workers the threads that may share the work of a single stream
   * @throws dev.comporta.api.tensor.UntraceableException if a layer needs more than one timestep
   */
  public StreamPlan(
      Map<String, Layer> stack,
      int inputSize,
      Parameters parameters,
      TensorBackend backend,
      Workers workers) {
    this.workers = workers;
    this.inputSize = inputSize;
    float[] frozen = parameters.values().clone();
    int threads = Math.min(workers.threads(), Relay.MOST_PARTIES);
    int size = inputSize;
    for (Map.Entry<String, Layer> entry : stack.entrySet()) {
      StreamLayer layer =
          new StreamLayer(
              entry.getKey(), entry.getValue(), size, parameters, frozen, backend, threads);
      layers.add(layer);
      size = layer.outputSize();
    }
    this.layout = StateLayout.of(layers);
    this.initial = initial(layout, layers);
  }

  private static float[] initial(StateLayout layout, List<StreamLayer> layers) {
    float[] initial = new float[layout.size()];
    for (StreamLayer layer : layers) {
      layer
          .initial()
          .forEach((name, start) ->
              System.arraycopy(start, 0, initial, layout.part(name).at(), start.length));
    }
    return initial;
  }

  /**
   * Creates a stream in its initial state, which is all that it keeps: its timesteps run in memory
   * that all streams share.
   *
   * @return a stream, which must be used by one thread at a time
   */
  public Stream stream() {
    return new Stream(this);
  }

  /**
   * Creates streams that advance together, in their initial state.
   *
   * @param capacity the maximum number of streams
   * @return the streams, which must be used by one thread at a time
   */
  public StreamGroup group(int capacity) {
    return new StreamGroup(this, capacity);
  }

  /**
   * Runs timesteps that belong to no stream until the JVM has compiled them.
   *
   * @param step runs a timestep as callers do
   * @param nanos the maximum time in nanoseconds
   */
  public void warmUp(Runnable step, long nanos) {
    WarmUp.run(this, step, nanos);
  }

  /**
   * The states of one stream.
   *
   * @return the layout
   */
  public StateLayout layout() {
    return layout;
  }

  /** The states before the first timestep, in the order of the layout. */
  float[] initial() {
    return initial;
  }

  List<StreamLayer> layers() {
    return layers;
  }

  Workers workers() {
    return workers;
  }

  ScratchPool pool() {
    return pool;
  }

  /**
   * The number of input features per timestep.
   *
   * @return the number of features
   */
  public int inputSize() {
    return inputSize;
  }

  /**
   * The number of output features per timestep.
   *
   * @return the number of features
   */
  public int outputSize() {
    return layers.isEmpty() ? inputSize : layers.getLast().outputSize();
  }
}
