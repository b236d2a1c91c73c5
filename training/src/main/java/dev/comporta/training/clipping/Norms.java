package dev.comporta.training.clipping;

import dev.comporta.api.model.Parameter;
import java.util.List;

/**
 * Norms of gradients in double, in one fixed order: Euclidean ones by eight running sums for each
 * parameter.
 */
final class Norms {
  private Norms() {}

  static double of(float[] gradients, List<Parameter> parameters) {
    double sum = 0;
    for (Parameter parameter : parameters) {
      sum += sumOfSquares(gradients, parameter);
    }
    return Math.sqrt(sum);
  }

  /** The norm of any order above 0, infinity included, element after element; NaN stays NaN. */
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

  static double sumOfSquares(float[] x, Parameter parameter) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = parameter.offset();
    for (; i + 7 < parameter.end(); i += 8) {
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
    for (; i < parameter.end(); i++) {
      sum += square(x[i]);
    }
    return sum;
  }

  private static double square(float x) {
    return (double) x * x;
  }

  /** Scales one parameter's gradient by {@code limit / (norm + epsilon)} if that is below 1. */
  static void limit(float[] x, Parameter parameter, double norm, double limit) {
    double factor = limit / (norm + Clipping.EPSILON);
    if (Double.isFinite(norm) && factor < 1) {
      float scale = (float) factor;
      for (int i = parameter.offset(); i < parameter.end(); i++) {
        x[i] *= scale;
      }
    }
  }
}
