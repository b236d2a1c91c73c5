package dev.comporta.cells.plan.stream;

import dev.comporta.api.tensor.Workers;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The memory in which timesteps run: two places for each state, between which they alternate, and
 * everything that no timestep leaves to the next. For one thread at a time: streams that own one,
 * or {@link #take} one from a {@link ScratchPool} for the length of a call.
 */
final class StreamScratch {
  /** The number of timesteps whose inputs are multiplied at once. */
  private static final int MOST_TIMESTEPS = 56;

  /** The number of timesteps after which helpers may join. */
  private static final int SECTION = 14;

  /** The number of multiply-adds from which threads share a single timestep. */
  private static final long LEAST_STEP = 300_000;

  /** The number of multiply-adds from which threads share many timesteps. */
  private static final long LEAST_RUN = 1_000_000;

  /** The pause between two steps after which the workers are parked. */
  private static final long QUICK_NANOS = 150_000;

  private final LayerStream[] layers;
  private final int rows;
  private final Work work;
  private final boolean isShared;
  private final AtomicBoolean taken = new AtomicBoolean();

  /** The states {@code [2 places, states, streams, size]}. */
  private final float[] states;

  /** The floats of one of the two places. */
  private final int half;

  private long multiplyAdds;

  /** When the last step ended that threads could have shared. */
  private long lastEnd = System.nanoTime() - QUICK_NANOS;

  /** The intermediate outputs of layers {@code [timesteps, rows, size]}, used alternately. */
  private final float[][] between = {new float[0], new float[0]};

  private int widest;

  /**
   * Scratch memory for streams that advance together.
   *
   * @param plan the layers
   * @param streams the number of streams whose states are kept
   * @param rows the number of streams that run at once
   */
  StreamScratch(StreamPlan plan, int streams, int rows) {
    this.rows = rows;
    this.half = plan.layout().size() * streams;
    this.states = new float[2 * half];
    this.layers = new LayerStream[plan.layers().size()];
    boolean shared = false;
    for (int i = 0; i < layers.length; i++) {
      StreamLayer layer = plan.layers().get(i);
      layers[i] = new LayerStream(layer, plan.layout(), states, streams, rows);
      multiplyAdds += layer.work();
      shared |= layers[i].isShared();
      if (i + 1 < layers.length) {
        widest = Math.max(widest, layer.outputSize());
      }
    }
    this.isShared = shared;
    this.work = new Work(Math.min(plan.workers().threads(), Relay.MOST_PARTIES), plan.workers());
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

  /** Takes this scratch memory if it is free. */
  boolean take() {
    return !taken.get() && taken.compareAndSet(false, true);
  }

  /** Gives it back; only after {@link #take} succeeded. */
  void giveBack() {
    taken.setRelease(false);
  }

  LayerStream[] layers() {
    return layers;
  }

  /** The states of all streams, both places. */
  float[] states() {
    return states;
  }

  /** The first float of one of the two places. */
  int place(int now) {
    return now * half;
  }

  /**
   * Runs one timestep of a single stream.
   *
   * @param now the place of the states; the other one receives those after the timestep
   * @param from the input {@code [inputSize]}
   * @param fromOffset where it starts
   * @param to the output {@code [outputSize]}
   * @param toOffset where it starts
   */
  void step(int now, float[] from, int fromOffset, float[] to, int toOffset) {
    if (!isShared || multiplyAdds < LEAST_STEP) {
      step(now, 0, 1, from, fromOffset, to, toOffset);
      return;
    }
    // Whether the workers are still awake from the previous step, or worth waking. How long a step
    // takes tells nothing.
    if (System.nanoTime() - lastEnd < QUICK_NANOS) {
      work.run(now, 0, from, fromOffset, to, toOffset);
    } else {
      step(now, 0, 1, from, fromOffset, to, toOffset);
    }
    lastEnd = System.nanoTime();
  }

  /**
   * Runs one timestep of some streams.
   *
   * @param now the place of the states; the other one receives those after the timestep
   * @param row the first stream
   * @param count the number of streams, at most those that run at once
   * @param from their inputs {@code [count, inputSize]}
   * @param fromOffset where they start
   * @param to their outputs {@code [count, outputSize]}
   * @param toOffset where they start
   */
  void step(int now, int row, int count, float[] from, int fromOffset, float[] to, int toOffset) {
    for (int i = 0; i < layers.length; i++) {
      boolean first = i == 0;
      boolean last = i == layers.length - 1;
      layers[i].step(
          now,
          row,
          count,
          first ? from : between[i - 1 & 1],
          first ? fromOffset : 0,
          last ? to : between[i & 1],
          last ? toOffset : 0);
    }
  }

  /**
   * Runs many timesteps of a single stream, with the same bits as one by one.
   *
   * @param now the place of the states before the first one
   * @param from the inputs {@code [timesteps, inputSize]}
   * @param timesteps the number of timesteps
   * @param to the outputs {@code [timesteps, outputSize]}
   * @return the place of the states after the last one
   */
  int run(int now, float[] from, int timesteps, float[] to) {
    makeRoom(Math.min(timesteps, MOST_TIMESTEPS));
    if (isShared && multiplyAdds * timesteps >= LEAST_RUN) {
      work.run(now, timesteps, from, 0, to, 0);
    } else {
      work.alone(now, timesteps, from, to);
    }
    return now + timesteps & 1;
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
    private int now;
    private int chunkNow;

    /** The number of timesteps of the chunk. */
    private int count;

    /** The first timestep of the round. */
    private int first;

    private int end;

    private Work(int parties, Workers workers) {
      super(parties, workers);
    }

    void run(
        int before,
        int wanted,
        float[] source,
        int sourceOffset,
        float[] target,
        int targetOffset) {
      now = before;
      timesteps = wanted;
      input = source;
      inputOffset = sourceOffset;
      output = target;
      outputOffset = targetOffset;
      run();
    }

    void alone(int before, int wanted, float[] source, float[] target) {
      now = before;
      timesteps = wanted;
      input = source;
      inputOffset = 0;
      output = target;
      outputOffset = 0;
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
      chunkNow = now + start & 1;
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
          layer.step(chunkNow, 0, 1, from, fromOffset, to, toOffset);
        } else {
          layer.run(chunkNow, count, MOST_TIMESTEPS, from, fromOffset, to, toOffset);
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
      Lane lane = layer.shares()[share];
      int t = first + number;
      int before = chunkNow + t & 1;
      if (count == 0) {
        lane.step(before, 0, 1, from, fromOffset, to, toOffset);
      } else {
        lane.stepOfChunk(
            t, count, MOST_TIMESTEPS, before, layer.shares(), from, fromOffset, to, toOffset);
      }
    }
  }
}
