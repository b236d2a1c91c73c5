package dev.comporta.testkit.backend;

import dev.comporta.api.tensor.BinaryFunction;
import dev.comporta.api.tensor.UnaryFunction;

/**
 * The tolerances of all numerical tests, with their derivations.
 *
 * <p>With u = 2^-24, half the spacing of floats at 1, a rounding has the relative error u, and k of
 * them in a row at most {@code gamma(k) = k u / (1 - k u)} (N. J. Higham, "Accuracy and Stability
 * of Numerical Algorithms", lemma 3.1). A result among the subnormals adds half the smallest float
 * for each rounding. An ulp is the spacing of floats at the rounded exact result.
 */
public final class Tolerance {
  private static final double U = 0x1p-24;
  private static final double DOUBLE_U = 0x1p-53;

  /** The tolerance of an exponential: its error of 1 ulp is at most 2 u. */
  private static final int EXPONENTIAL = 2;

  private Tolerance() {}

  private static double gamma(double roundings) {
    return roundings * U / (1 - roundings * U);
  }

  /**
   * A sum of products, or of numbers, in any order: equation 3.5 of Higham, where a bias or a
   * previous value is one more term.
   *
   * @param terms the number of terms
   * @param magnitude the sum of the terms' absolute values
   * @return the most that the result may be off
   */
  public static double sum(int terms, double magnitude) {
    return gamma(terms) * magnitude + terms * (double) Float.MIN_VALUE;
  }

  /**
   * A sum of n squares of floats, which are exact in double, accumulated in double.
   *
   * @param terms the number of terms
   * @param sum their sum
   * @return the most that the result may be off
   */
  public static double sumInDouble(int terms, double sum) {
    return terms * DOUBLE_U * sum * (1 + 0x1p-20);
  }

  /**
   * The documented accuracy of backends in ulps; half an ulp is a correctly rounded result.
   *
   * @param function which function
   * @return a number of ulps
   */
  public static double ulps(UnaryFunction function) {
    return switch (function) {
      case NEGATE, ABS, SQUARE, SQRT, RECIPROCAL, FLOOR, RELU, STEP, SIGN -> 0.5;
      case SIN, COS, ERF -> 0.5 + 0x1p-20; // rounded from a double within an ulp
      case EXP, LOG -> 1;
      case SOFTPLUS -> 1.7;
      case SIGMOID -> 2.5;
      case TANH -> 2.6;
    };
  }

  /**
   * Exact results smaller than this may be flushed to zero.
   *
   * @param function which function
   * @return the limit, or 0
   */
  public static double flushed(UnaryFunction function) {
    return function == UnaryFunction.SIGMOID ? 0x1p-127 : 0;
  }

  /**
   * As for unary functions. The gradients round the bracket, at most 1 ulp of the product, and the
   * product.
   *
   * @param function which function
   * @return a number of ulps
   */
  public static double ulps(BinaryFunction function) {
    return switch (function) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MAXIMUM, MINIMUM, GREATER, RELU_GRADIENT -> 0.5;
      case TANH_GRADIENT, SIGMOID_GRADIENT -> 1.5 + 0x1p-20;
    };
  }

  /**
   * The relative error of {@code sum_i e^(x_i - max)}: of the exponentials, of the additions, and
   * of the differences, whose rounding u |x_i - max| the exponential turns into a relative error;
   * its mean, weighted with the exponentials, is at most u log n.
   */
  private static double sumOfExponentials(int count) {
    return gamma(EXPONENTIAL + count + Math.log(count) + 1);
  }

  /**
   * A probability: one exponential, the sum, a division, a product, and the rounding of the
   * difference; below the smallest normal float it may be zero.
   *
   * @param count the length of the row
   * @param probability the exact result
   * @return the most that the result may be off
   */
  public static double softmax(int count, double probability) {
    double difference = probability > 0 ? -Math.log(probability) : 0;
    return probability * (sumOfExponentials(count) + gamma(EXPONENTIAL + 2 + difference))
        + 2 * Float.MIN_NORMAL;
  }

  /**
   * {@code x - max - log(sum)}: the error of the sum, and a rounding of the logarithm, of the first
   * difference, and of the result.
   *
   * @param count the length of the row
   * @param result the exact result
   * @return the most that the result may be off
   */
  public static double logSoftmax(int count, double result) {
    return sumOfExponentials(count) + gamma(3) * (Math.abs(result) + 2 * Math.log(count));
  }

  /**
   * {@code max + log(sum)}: the error of the sum, and a rounding of the logarithm and of the
   * result.
   *
   * @param count the length of the row
   * @param result the exact result
   * @return the most that the result may be off
   */
  public static double logSumExp(int count, double result) {
    return sumOfExponentials(count) + gamma(2) * (Math.abs(result) + Math.log(count));
  }
}
