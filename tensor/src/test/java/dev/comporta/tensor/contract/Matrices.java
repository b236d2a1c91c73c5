package dev.comporta.tensor.contract;

import dev.comporta.tensor.Samples;
import java.util.Arrays;

/** Matrices inside larger arrays. */
final class Matrices {
  private Matrices() {}

  /** Gaussian numbers with NaN before, between the rows and behind, so that reading those shows. */
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
