package dev.comporta.cells.plan.stream;

/**
 * The state of one stream; for one thread at a time. A timestep runs in memory of the plan's pool.
 */
public final class Stream {
  private final StreamPlan plan;
  private final float[] state;

  Stream(StreamPlan plan) {
    this.plan = plan;
    this.state = new float[plan.layout().size()];
    reset();
  }

  /** Resets to the initial state. */
  public void reset() {
    restore(plan.initial());
  }

  /**
   * Runs one timestep. If it fails, the state remains what it was.
   *
   * @param from the input {@code [inputSize]}
   * @param fromOffset where it starts
   * @param to the output {@code [outputSize]}
   * @param toOffset where it starts
   */
  public void step(float[] from, int fromOffset, float[] to, int toOffset) {
    StreamScratch scratch = plan.pool().take();
    try {
      System.arraycopy(state, 0, scratch.states(), 0, state.length);
      scratch.step(0, from, fromOffset, to, toOffset);
      System.arraycopy(scratch.states(), scratch.place(1), state, 0, state.length);
    } finally {
      scratch.giveBack();
    }
  }

  /**
   * Runs many timesteps, with the same bits as one by one. If one fails, the state remains what it
   * was before the first.
   *
   * @param from the inputs {@code [timesteps, inputSize]}
   * @param timesteps the number of timesteps
   * @param to the outputs {@code [timesteps, outputSize]}
   */
  public void run(float[] from, int timesteps, float[] to) {
    StreamScratch scratch = plan.pool().take();
    try {
      System.arraycopy(state, 0, scratch.states(), 0, state.length);
      int now = scratch.run(0, from, timesteps, to);
      System.arraycopy(scratch.states(), scratch.place(now), state, 0, state.length);
    } finally {
      scratch.giveBack();
    }
  }

  /**
   * Copies the state.
   *
   * @return the floats of the layout
   */
  public float[] save() {
    return state.clone();
  }

  /**
   * Restores a state.
   *
   * @param from the floats of the layout
   */
  public void restore(float[] from) {
    System.arraycopy(from, 0, state, 0, state.length);
  }
}
