package dev.comporta.training.clipping;

import dev.comporta.api.model.Parameter;
import dev.comporta.api.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Norms of gradients, accumulated in double in an order that does not depend on the number of
 * threads. Euclidean norms use eight running sums per range of a parameter; the ranges are then
 * added in sequence.
 */
final class Norms {
  /** The number of elements of a range: some tens of microseconds of work for one thread. */
  private static final int RANGE = 1 << 16;

  private Norms() {}

  /** A part of a parameter: the elements from {@code from} up to, but not including, {@code to}. */
  private record Range(int from, int to) {}

  /** The Euclidean norm of these parameters' gradients together. */
  static double of(float[] gradients, List<Parameter> parameters, Workers workers) {
    List<Range> ranges = ranges(parameters);
    double[] sums = new double[ranges.size()];
    share(ranges, workers, index -> sums[index] = sumOfSquares(gradients, ranges.get(index)));
    double sum = 0;
    for (double part : sums) {
      sum += part;
    }
    return Math.sqrt(sum);
  }

  /** The norm of any order above 0, including infinity, computed in sequence; NaN propagates. */
  static double of(float[] gradients, List<Parameter> parameters, double order) {
    double result = 0;
    for (Parameter parameter : parameters) {
      for (int i = parameter.offset(); i < parameter.end(); i++) {
        double size = Math.abs(gradients[i]);
        result =
            order == Double.POSITIVE_INFINITY
                ? Math.max(result, size)
                : result + (order == 1 ? size : StrictMath.pow(size, order));
      }
    }
    return order == Double.POSITIVE_INFINITY || order == 1
        ? result
        : StrictMath.pow(result, 1 / order);
  }

  /** Scales these gradients by {@code limit / (norm + epsilon)} if that is below 1. */
  static void limit(
      float[] x, List<Parameter> parameters, double norm, double limit, Workers workers) {
    double factor = limit / (norm + Clipping.EPSILON);
    if (Double.isFinite(norm) && factor < 1) {
      float scale = (float) factor;
      List<Range> ranges = ranges(parameters);
      share(
          ranges,
          workers,
          index -> {
            Range range = ranges.get(index);
            for (int i = range.from; i < range.to; i++) {
              x[i] *= scale;
            }
          });
    }
  }

  private static List<Range> ranges(List<Parameter> parameters) {
    List<Range> ranges = new ArrayList<>();
    for (Parameter parameter : parameters) {
      int elements = parameter.end() - parameter.offset();
      for (int i = 0; i < Math.ceilDiv(elements, RANGE); i++) {
        int from = parameter.offset() + i * RANGE;
        ranges.add(new Range(from, from + Math.min(RANGE, parameter.end() - from)));
      }
    }
    return ranges;
  }

  /** Runs small models on this thread: they take less time than handing work to another. */
  private static void share(List<Range> ranges, Workers workers, IntConsumer task) {
    long elements = 0;
    for (Range range : ranges) {
      elements += range.to - range.from;
    }
    (elements < RANGE ? Workers.ALONE : workers).run(ranges.size(), task);
  }

  private static double sumOfSquares(float[] x, Range range) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = range.from;
    for (; i + 7 < range.to; i += 8) {
      s0 += square(x[i]);
      s1 += square(x[i + 1]);
      s2 += square(x[i + 2]);
      s3 += square(x[i + 3]);
      s4 += square(x[i + 4]);
      s5 += square(x[i + 5]);
      s6 += square(x[i + 6]);
      s7 += square(x[i + 7]);
    }
    double sum = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    for (; i < range.to; i++) {
      sum += square(x[i]);
    }
    return sum;
  }

  private static double square(float x) {
    return (double) x * x;
  }
}
