package dev.comporta.cells.plan.stream;

/**
 * The states of streams that advance together; for one thread at a time. A timestep runs for the
 * first of them, as many as the caller says. The others cost their memory and nothing else, and
 * their states are undefined afterwards.
 */
public final class StreamGroup {
  /** The number of streams that run at once, so that scratch memory stays in the cache. */
  private static final int MOST_ROWS = 112;

  private final StreamPlan plan;
  private final int capacity;
  private final StreamScratch scratch;

  /** The place of the states. */
  private int now;

  StreamGroup(StreamPlan plan, int capacity) {
    this.plan = plan;
    this.capacity = capacity;
    this.scratch = new StreamScratch(plan, capacity, Math.min(capacity, MOST_ROWS));
    for (int row = 0; row < capacity; row++) {
      reset(row);
    }
  }

  /**
   * Runs one timestep of the first streams.
   *
   * @param count the number of streams
   * @param from their inputs {@code [count, inputSize]}
   * @param to their outputs {@code [count, outputSize]}
   */
  public void step(int count, float[] from, float[] to) {
    if (capacity == 1) {
      if (count == 1) {
        scratch.step(now, from, 0, to, 0);
        now = 1 - now;
      }
      return;
    }
    int parts = (count + MOST_ROWS - 1) / MOST_ROWS;
    int row = 0;
    for (int part = 0; part < parts; part++) {
      int rows = (count - row) / (parts - part);
      scratch.step(now, row, rows, from, row * plan.inputSize(), to, row * plan.outputSize());
      row += rows;
    }
    now = 1 - now;
  }

  /**
   * Resets a stream to the initial state.
   *
   * @param row the stream
   */
  public void reset(int row) {
    restore(row, plan.initial());
  }

  /**
   * Copies the state of a stream.
   *
   * @param row the stream
   * @return the floats of the layout
   */
  public float[] save(int row) {
    float[] saved = new float[plan.layout().size()];
    for (StateLayout.Part part : plan.layout().parts()) {
      System.arraycopy(scratch.states(), at(part, row), saved, part.at(), part.size());
    }
    return saved;
  }

  /**
   * Restores the state of a stream.
   *
   * @param row the stream
   * @param from the floats of the layout
   */
  public void restore(int row, float[] from) {
    for (StateLayout.Part part : plan.layout().parts()) {
      System.arraycopy(from, part.at(), scratch.states(), at(part, row), part.size());
    }
  }

  /**
   * Copies the state of one stream to another.
   *
   * @param from the stream whose state is read
   * @param to the stream whose state is overwritten
   */
  public void copy(int from, int to) {
    for (StateLayout.Part part : plan.layout().parts()) {
      float[] states = scratch.states();
      System.arraycopy(states, at(part, from), states, at(part, to), part.size());
    }
  }

  private int at(StateLayout.Part part, int row) {
    return scratch.place(now) + part.at() * capacity + row * part.size();
  }
}
