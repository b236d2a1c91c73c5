package dev.comporta.cells.plan.program;

import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.tensor.CumulativeSums;

/** A function of one row: of a value's columns, or of the positions of a memory. */
public enum RowFunction {
  /** The sum of the row, of width 1. */
  SUM,
  /** The maximum of the row, of width 1. */
  MAXIMUM,
  /** The softmax of the row. */
  SOFTMAX,
  /** The logarithm of the softmax of the row. */
  LOG_SOFTMAX,
  /** The sums up to each element. */
  CUMULATIVE_SUM,
  /** The sums from each element to the last. */
  CUMULATIVE_SUM_REVERSED;

  /** Whether the result is one number. */
  public boolean reduces() {
    return this == SUM || this == MAXIMUM;
  }

  /**
   * Computes the function of one row.
   *
   * @param backend computes the primitives
   * @param x the array of the row
   * @param xAt where it starts
   * @param width its width
   * @param y receives the result
   * @param yAt where the result starts
   */
  public void apply(TensorBackend backend, float[] x, int xAt, int width, float[] y, int yAt) {
    switch (this) {
      case SUM -> y[yAt] = backend.sum(x, xAt, width);
      case MAXIMUM -> y[yAt] = backend.max(x, xAt, width);
      case SOFTMAX -> backend.softmax(x, xAt, y, yAt, width);
      case LOG_SOFTMAX -> backend.logSoftmax(x, xAt, y, yAt, width);
      case CUMULATIVE_SUM -> CumulativeSums.of(false, x, xAt, width, y, yAt);
      case CUMULATIVE_SUM_REVERSED -> CumulativeSums.of(true, x, xAt, width, y, yAt);
    }
  }
}
