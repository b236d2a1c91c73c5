package dev.comporta.testkit.backend;

import java.util.Arrays;

/** Matrices inside larger arrays. */
final class Matrices {
  private Matrices() {}

  /**
   * Gaussian numbers surrounded by NaN, also between rows, so that out-of-range reads are detected.
   */
  static float[] inside(int offset, int rows, int columns, int stride, long seed) {
    float[] values = new float[offset + rows * stride + 3];
    Arrays.fill(values, Float.NaN);
    float[] numbers = Samples.gaussian(seed, rows * columns);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(numbers, i * columns, values, offset + i * stride, columns);
    }
    return values;
  }
}
