package dev.comporta.testkit;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.UnaryFunction;

/** The functions of {@link ExactTensor}, in double precision. */
final class ExactFunctions {
  private ExactFunctions() {}

  static double unary(UnaryFunction function, double x) {
    return switch (function) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case ERF -> erf(x);
      case FLOOR -> Math.floor(x);
      case RELU -> Math.max(x, 0);
      case STEP -> x > 0 ? 1 : 0;
      case SIGN -> Math.signum(x);
    };
  }

  /** By Simpson's rule, a way of its own: the error is below 1e-14. */
  private static double erf(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    double end = Math.min(Math.abs(x), 6);
    int parts = 2000;
    double step = end / parts;
    double sum = 1 + Math.exp(-end * end);
    for (int i = 1; i < parts; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-i * step * i * step);
    }
    return Math.signum(x) * 2 / Math.sqrt(Math.PI) * sum * step / 3;
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  static double binary(BinaryFunction function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case GREATER -> a > b ? 1 : 0;
      case TANH_GRADIENT -> b * (1 - a * a);
      case SIGMOID_GRADIENT -> b * a * (1 - a);
      case RELU_GRADIENT -> a > 0 ? b : 0;
    };
  }
}
