package dev.comporta.training;

import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * Sums of arrays in a fixed binary tree: pairwise summation (Higham 1993), one array after another.
 *
 * <pre>
 *   ((x0 + x1) + (x2 + x3)) + (x4 + x5)
 * </pre>
 *
 * <p>An aligned block of 2^k arrays is a subtree: its sum may be computed elsewhere, and the sums
 * of the blocks, added in order, give the same bits as all arrays. The value -0 is neutral. Memory:
 * a copy for each level of the tree. Not thread-safe.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class TreeSum {
  private static final int LEVELS = Integer.SIZE;

  private final int length;
  private final int width;
  private final float[][] sums = new float[LEVELS][]; // by level; that of bit k of count is in use
  private final double[][] totals = new double[LEVELS][];
  private float[] spare = {};
  private int count;

  /**
   * An empty sum.
   *
   * @param length of each array
   * @param width how many numbers in double precision are summed with each array
   */
  public TreeSum(int length, int width) {
    this.length = length;
    this.width = width;
  }

  /** Forgets what was added; the memory is used again. */
  public void clear() {
    count = 0;
  }

  /**
   * Adds {@code factor * values}.
   *
   * @param factor exact if it is 1
   * @param values an array of the length of this sum; read only
   * @param numbers as many as the width of this sum; read only
   */
  public void add(float factor, float[] values, double... numbers) {
    if (values.length != length || numbers.length != width) {
      throw new IllegalArgumentException(values.length + " values, " + numbers.length + " numbers");
    }
    if (isUsed(0)) {
      spare = scaled(factor, values, spare);
      plus(0, spare, numbers);
      int level = 0;
      while (isUsed(level + 1)) {
        plus(level + 1, sums[level], totals[level]);
        level++;
      }
      swap(level);
    } else {
      sums[0] = scaled(factor, values, sums[0] == null ? new float[0] : sums[0]);
      totals[0] = numbers.clone();
    }
    count++;
  }

  private boolean isUsed(int level) {
    return (count >> level & 1) == 1;
  }

  private float[] scaled(float factor, float[] values, float[] memory) {
    float[] to = memory.length == length ? memory : new float[length];
    for (int i = 0; i < length; i++) {
      to[i] = factor * values[i];
    }
    return to;
  }

  private void plus(int level, float[] right, double[] numbers) {
    float[] left = sums[level];
    for (int i = 0; i < length; i++) {
      left[i] += right[i];
    }
    for (int i = 0; i < width; i++) {
      totals[level][i] += numbers[i];
    }
  }

  /** Moves a sum one level up. */
  private void swap(int level) {
    float[] free = sums[level + 1];
    sums[level + 1] = sums[level];
    sums[level] = free;
    totals[level + 1] = totals[level];
  }

  /**
   * Writes the sum of all that was added, or -0 if nothing was, and forgets it.
   *
   * @param values receives the sum of the arrays
   * @param numbers receives the sums of the numbers
   */
  public void finish(float[] values, double[] numbers) {
    int level = Integer.numberOfTrailingZeros(count);
    if (count == 0) {
      Arrays.fill(values, 0, length, -0.0f);
      Arrays.fill(numbers, 0, width, -0.0);
      return;
    }
    for (int higher = level + 1; higher < LEVELS; higher++) {
      if (isUsed(higher)) {
        plus(higher, sums[level], totals[level]);
        level = higher;
      }
    }
    System.arraycopy(sums[level], 0, values, 0, length);
    System.arraycopy(totals[level], 0, numbers, 0, width);
    clear();
  }
}
