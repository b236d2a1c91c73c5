package dev.comporta.exchange.layers;

import dev.comporta.exchange.files.ForeignTensor;
import java.util.Arrays;

/** Rearranges the gates of packed kernels and biases. */
public final class Kernels {
  private Kernels() {}

  /**
   * Reorders blocks of columns: block n of the result is block {@code order[n]} of the source.
   *
   * @param packed {@code [rows, blocks * size]}, or {@code [blocks * size]}
   * @param order the block of the source for each block of the result
   */
  public static ForeignTensor gates(ForeignTensor packed, int... order) {
    int columns = packed.size(packed.rank() - 1);
    int size = columns / order.length;
    int rows = columns == 0 ? 0 : packed.values().length / columns;
    float[] from = packed.values();
    float[] to = new float[from.length];
    for (int r = 0; r < rows; r++) {
      for (int n = 0; n < order.length; n++) {
        System.arraycopy(from, r * columns + order[n] * size, to, r * columns + n * size, size);
      }
    }
    return new ForeignTensor(packed.name(), packed.sizes(), to);
  }

  /** The sum of two arrays of one shape. */
  public static ForeignTensor sum(ForeignTensor a, ForeignTensor b) {
    float[] sum = new float[a.values().length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = a.values()[i] + b.values()[i];
    }
    return new ForeignTensor(a.name(), a.sizes(), sum);
  }

  /** A part of a vector. */
  public static ForeignTensor part(ForeignTensor vector, int from, int to) {
    return new ForeignTensor(
        vector.name(), new int[] {to - from}, Arrays.copyOfRange(vector.values(), from, to));
  }

  /** A vector filled with one number. */
  public static ForeignTensor filled(String name, int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return new ForeignTensor(name, new int[] {size}, values);
  }

  /**
   * The scale and shift of a trained batch normalisation: {@code scale = gamma / sqrt(variance +
   * epsilon)} and {@code shift = beta - mean * scale}, computed in double.
   */
  public static ForeignTensor[] normalization(
      ForeignTensor gamma,
      ForeignTensor beta,
      ForeignTensor mean,
      ForeignTensor variance,
      double epsilon) {
    int size = mean.values().length;
    float[] scale = new float[size];
    float[] shift = new float[size];
    for (int i = 0; i < size; i++) {
      double s = gamma.values()[i] / Math.sqrt(variance.values()[i] + epsilon);
      scale[i] = (float) s;
      shift[i] = (float) (beta.values()[i] - mean.values()[i] * s);
    }
    return new ForeignTensor[] {
      new ForeignTensor(mean.name(), new int[] {size}, scale),
      new ForeignTensor(mean.name(), new int[] {size}, shift)
    };
  }
}
