package dev.comporta.benchmarks.peers;

/** A workload set up in one library, with all data resident, ready to be repeated. */
public interface Run extends Repeatable {
  /**
   * Executes the workload once: one training step (or one step per batch of pairs), one inference
   * call, or one product.
   */
  @Override
  void execute();

  /**
   * The result of the most recent {@link #execute}: for training the loss before the update, one
   * number per step; for inference the hidden states described in {@link Workload.Inference} or the
   * tokens described in {@link Workload.Translation}; for a product the product.
   */
  float[] result();

  /**
   * Repeats the workload until a point in time.
   *
   * @param endMillis the end, in units of {@link System#currentTimeMillis}
   * @return the number of executions that finished before the end
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
}
