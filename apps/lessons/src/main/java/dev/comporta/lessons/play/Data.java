package dev.comporta.lessons.play;

import dev.comporta.api.tensor.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Numbers for lessons, generated from a stream. */
public final class Data {
  private Data() {}

  /** Uniform numbers. */
  public static float[] uniform(RandomSource random, int count, double low, double high) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (low + (high - low) * random.uniform(i));
    }
    return values;
  }

  /** Whole numbers from 0 to bound - 1. */
  public static int[] integers(RandomSource random, int count, int bound) {
    int[] values = new int[count];
    Arrays.setAll(values, i -> (int) (random.uniform(i) * bound));
    return values;
  }

  /** Whole numbers from low to high. */
  public static float[] wholeNumbers(RandomSource random, int count, int low, int high) {
    int[] drawn = integers(random, count, high - low + 1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = low + drawn[i];
    }
    return values;
  }

  /** The same numbers in double precision. */
  public static double[] doubles(float... values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }

  /** The same numbers in single precision. */
  public static float[] floats(double... values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  /** One row's one feature of {@code [T, B, F]} over time. */
  public static double[] column(float[] values, int rows, int features, int row, int feature) {
    double[] column = new double[values.length / (rows * features)];
    Arrays.setAll(column, t -> values[(t * rows + row) * features + feature]);
    return column;
  }

  /** Labels such as h0, h1, h2. */
  public static List<String> labels(String prefix, int from, int count) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      labels.add(prefix + (from + i));
    }
    return labels;
  }

  /** Means of blocks, to draw a long curve with few points. */
  public static double[] smoothed(double[] values, int points) {
    int block = Math.max(1, values.length / points);
    double[] means = new double[Math.ceilDiv(values.length, block)];
    for (int i = 0; i < means.length; i++) {
      means[i] =
          Arrays.stream(values, i * block, Math.min(values.length, (i + 1) * block))
              .average()
              .orElse(Double.NaN);
    }
    return means;
  }

  /** The places of {@link #smoothed}: the number of the last update of each block. */
  public static double[] places(int values, int points) {
    int block = Math.max(1, values / points);
    double[] places = new double[Math.ceilDiv(values, block)];
    Arrays.setAll(places, i -> Math.min(values, (i + 1) * block));
    return places;
  }

  /** The place of the largest number, the first one on a tie. */
  public static int largest(float... values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /** The mean. */
  public static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }
}
