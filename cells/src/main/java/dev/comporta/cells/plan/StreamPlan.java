package dev.comporta.cells.plan;

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
  }

  /**
   * Creates streams in their initial state.
   *
   * @param rows the number of streams that advance together
   * @return the streams' state, which must be used by one thread at a time
   */
  public Stream stream(int rows) {
    return new Stream(layers, rows, workers);
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

  /** The state of a group of streams and the scratch memory for their steps. */
  public static final class Stream {
    /** The number of timesteps whose inputs are multiplied at once. */
    private static final int MOST_TIMESTEPS = 56;

    /** The number of timesteps after which helpers may join. */
    private static final int SECTION = 14;

    /** The number of multiply-adds from which threads share a single timestep. */
    private static final long LEAST_STEP = 300_000;

    /** The number of multiply-adds from which threads share many timesteps. */
    private static final long LEAST_RUN = 1_000_000;

    /** The interval between steps after which the workers are parked. */
    private static final long QUICK_NANOS = 150_000;

    private final LayerStream[] layers;
    private final int rows;
    private final Work work;
    private final boolean isShared;
    private long multiplyAdds;
    private long lastStep = System.nanoTime() - QUICK_NANOS;

    /** The intermediate outputs of layers {@code [timesteps, rows, size]}, used alternately. */
    private final float[][] between = {new float[0], new float[0]};

    private int widest;

    /** Which of the two places of each state is current. */
    private int parity;

    private Stream(List<StreamLayer> stack, int rows, Workers workers) {
      this.rows = rows;
      this.layers = new LayerStream[stack.size()];
      boolean shared = false;
      for (int i = 0; i < layers.length; i++) {
        layers[i] = new LayerStream(stack.get(i), rows);
        multiplyAdds += stack.get(i).work();
        shared |= layers[i].isShared();
        if (i + 1 < layers.length) {
          widest = Math.max(widest, stack.get(i).outputSize());
        }
      }
      this.isShared = shared;
      this.work = new Work(Math.min(workers.threads(), Relay.MOST_PARTIES), workers);
      makeRoom(1);
    }

    private void makeRoom(int timesteps) {
      int turns = Math.min(between.length, layers.length - 1);
      for (int i = 0; i < turns; i++) {
        if (between[i].length < timesteps * rows * widest) {
          between[i] = new float[timesteps * rows * widest];
        }
      }
    }

    /** Resets to the initial state. */
    public void reset() {
      parity = 0;
      for (LayerStream layer : layers) {
        layer.reset();
      }
    }

    /**
     * Runs one timestep.
     *
     * @param from the input {@code [rows, inputSize]}
     * @param fromOffset where it starts
     * @param to the output {@code [rows, outputSize]}
     * @param toOffset where it starts
     */
    public void step(float[] from, int fromOffset, float[] to, int toOffset) {
      if (isShared && multiplyAdds >= LEAST_STEP && isQuick()) {
        work.run(0, from, fromOffset, to, toOffset);
      } else {
        for (int i = 0; i < layers.length; i++) {
          boolean first = i == 0;
          boolean last = i == layers.length - 1;
          layers[i].step(
              parity,
              first ? from : between[i - 1 & 1],
              first ? fromOffset : 0,
              last ? to : between[i & 1],
              last ? toOffset : 0);
        }
      }
      parity = 1 - parity;
    }

    /** Whether the workers are still awake from the previous step, or worth waking. */
    private boolean isQuick() {
      long now = System.nanoTime();
      boolean quick = now - lastStep < QUICK_NANOS + multiplyAdds / 16;
      lastStep = now;
      return quick;
    }

    /**
     * Runs many timesteps of one row, with the same bits as one by one.
     *
     * @param from the inputs {@code [timesteps, inputSize]}
     * @param timesteps the number of timesteps
     * @param to the outputs {@code [timesteps, outputSize]}
     */
    public void run(float[] from, int timesteps, float[] to) {
      makeRoom(Math.min(timesteps, MOST_TIMESTEPS));
      if (isShared && multiplyAdds * timesteps >= LEAST_RUN) {
        work.run(timesteps, from, 0, to, 0);
      } else {
        work.alone(timesteps, from, to);
      }
      parity = parity + timesteps & 1;
    }

    /**
     * The size of a snapshot.
     *
     * @return the number of floats: rows times the sizes of all states
     */
    public int stateSize() {
      int size = 0;
      for (LayerStream layer : layers) {
        size += layer.stateSize();
      }
      return size;
    }

    /**
     * Copies the state to an array.
     *
     * @param to {@link #stateSize} floats
     */
    public void save(float[] to) {
      int at = 0;
      for (LayerStream layer : layers) {
        at = layer.save(parity, to, at);
      }
    }

    /**
     * Restores the state from an array.
     *
     * @param from {@link #stateSize} floats
     */
    public void restore(float[] from) {
      int at = 0;
      for (LayerStream layer : layers) {
        at = layer.restore(parity, from, at);
      }
    }

    /** Runs a single timestep, or many in chunks, layer by layer, on one or several threads. */
    private final class Work extends Relay {
      private float[] input = new float[0];
      private int inputOffset;
      private float[] output = input;
      private int outputOffset;

      /** The number of all timesteps, or 0 for a single step. */
      private int timesteps;

      private LayerStream layer = layers[0];
      private float[] from = input;
      private int fromOffset;
      private float[] to = input;
      private int toOffset;
      private int chunkParity;

      /** The number of timesteps of the chunk. */
      private int count;

      /** The first timestep of the round. */
      private int first;

      private int end;

      private Work(int parties, Workers workers) {
        super(parties, workers);
      }

      void run(int wanted, float[] source, int sourceOffset, float[] target, int targetOffset) {
        timesteps = wanted;
        input = source;
        inputOffset = sourceOffset;
        output = target;
        outputOffset = targetOffset;
        run();
      }

      void alone(int wanted, float[] source, float[] target) {
        timesteps = wanted;
        input = source;
        output = target;
        chunks(false);
      }

      @Override
      void lead() {
        if (timesteps == 0) {
          chunk(0, 0, true);
        } else {
          chunks(true);
        }
      }

      private void chunks(boolean together) {
        int chunks = (timesteps + MOST_TIMESTEPS - 1) / MOST_TIMESTEPS;
        int done = 0;
        for (int chunk = 0; chunk < chunks; chunk++) {
          int size = (timesteps - done) / (chunks - chunk);
          chunk(done, size, together);
          done += size;
        }
      }

      private void chunk(int start, int size, boolean together) {
        chunkParity = parity + start & 1;
        count = size;
        for (int i = 0; i < layers.length; i++) {
          boolean head = i == 0;
          boolean last = i == layers.length - 1;
          layer = layers[i];
          from = head ? input : between[i - 1 & 1];
          fromOffset = head ? inputOffset + start * layer.layer().inputSize() : 0;
          to = last ? output : between[i & 1];
          toOffset = last ? outputOffset + start * layer.layer().outputSize() : 0;
          if (together && layer.isShared()) {
            rounds();
          } else if (count == 0) {
            layer.step(chunkParity, from, fromOffset, to, toOffset);
          } else {
            layer.run(chunkParity, count, MOST_TIMESTEPS, from, fromOffset, to, toOffset);
          }
        }
      }

      private void rounds() {
        first = 0;
        do {
          end = Math.min(Math.max(1, count), first + SECTION);
          round();
          first = end;
        } while (first < count);
      }

      @Override
      int steps() {
        return end - first;
      }

      @Override
      void step(int number, int share) {
        LayerStream.Lane lane = layer.share(share);
        int t = first + number;
        int before = chunkParity + t & 1;
        if (count == 0) {
          lane.load(before);
          lane.step(before, from, fromOffset, to, toOffset);
          lane.store(1 - before);
          return;
        }
        if (t == 0) {
          lane.prepare(from, fromOffset, count, MOST_TIMESTEPS);
        }
        lane.enter(t, before);
        lane.stepAmong(t, before, from, fromOffset, to, toOffset);
        if (t == count - 1) {
          lane.store(1 - before);
        }
      }
    }
  }
}
