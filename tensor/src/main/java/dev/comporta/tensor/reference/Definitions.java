package dev.comporta.tensor.reference;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.UnaryFunction;
import dev.comporta.tensor.ErrorFunction;

/**
 * The functions of {@link UnaryFunction} and {@link BinaryFunction}, evaluated in double precision.
 */
final class Definitions {
  private Definitions() {}

  static float unary(UnaryFunction function, float x) {
    return (float) value(function, x);
  }

  private static double value(UnaryFunction function, double x) {
    return switch (function) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> StrictMath.exp(x);
      case LOG -> StrictMath.log(x);
      case TANH -> StrictMath.tanh(x);
      case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
      case SOFTPLUS -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
      case SIN -> StrictMath.sin(x);
      case COS -> StrictMath.cos(x);
      case ERF -> ErrorFunction.of(x);
      case FLOOR -> Math.floor(x);
      case RELU -> Math.max(x, 0);
      case STEP -> x > 0 ? 1 : 0;
      case SIGN -> Math.signum(x);
    };
  }

  static float binary(BinaryFunction function, float a, float b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case GREATER -> a > b ? 1 : 0;
      case TANH_GRADIENT -> (float) (b * (1 - (double) a * a));
      case SIGMOID_GRADIENT -> (float) ((double) b * a * (1 - (double) a));
      case RELU_GRADIENT -> a > 0 ? b : 0;
    };
  }

  static double sumOfExponentials(float[] x, int offset, int count, double shift) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += StrictMath.exp(x[offset + i] - shift);
    }
    return sum;
  }
}
