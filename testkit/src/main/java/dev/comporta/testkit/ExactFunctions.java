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
      case FLOOR -> Math.floor(x);
      case RELU -> Math.max(x, 0);
      case STEP -> x > 0 ? 1 : 0;
      case SIGN -> Math.signum(x);
    };
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
