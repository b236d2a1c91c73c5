package dev.comporta.benchmarks.peers;

/** The objective, averaged over all timesteps, rows of the batch and (for MSE) outputs. */
public enum Loss {
  /** Mean squared error; targets are {@code [T, B, V]}. */
  MEAN_SQUARED_ERROR,
  /** Softmax cross-entropy; targets are class numbers {@code [T, B]}. */
  CROSS_ENTROPY
}
