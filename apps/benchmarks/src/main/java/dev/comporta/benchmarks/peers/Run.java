package dev.comporta.benchmarks.peers;

/** A workload set up in one library, everything resident, ready to be repeated. */
public interface Run extends AutoCloseable {

  /**
   * Does the work once: one training step (a step for each batch of pairs), one inference call, or
   * one product.
   */
  void execute();

  /**
   * What the latest {@link #execute} gave: for training the loss before the update, one number for
   * each step; for inference the hidden states as {@link Workload.Inference} says or the tokens as
   * {@link Workload.Translation} does; for a product the product.
   */
  float[] result();

  /**
   * Takes the time of the work. Where an execution is short, several make one sample, so that
   * looking at the clock is not what is measured.
   *
   * @param samples how many times are taken
   * @param executions how often the work is done for one sample, 1 or more
   * @return nanoseconds of one execution, the mean of each sample
   */
  default double[] time(int samples, int executions) {
    double[] nanos = new double[samples];
    for (int sample = 0; sample < samples; sample++) {
      long start = System.nanoTime();
      for (int i = 0; i < executions; i++) {
        execute();
      }
      nanos[sample] = (double) (System.nanoTime() - start) / executions;
    }
    return nanos;
  }

  /**
   * Does the work until a time of day.
   *
   * @param endMillis as of {@link System#currentTimeMillis}
   * @return how many executions ended in time
   */
  default long repeatUntil(long endMillis) {
    long ended = 0;
    execute();
    while (System.currentTimeMillis() <= endMillis) {
      ended++;
      execute();
    }
    return ended;
  }

  /** Gives back the memory. */
  @Override
  void close();
}
