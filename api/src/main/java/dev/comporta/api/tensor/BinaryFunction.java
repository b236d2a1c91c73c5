package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/** The binary element-wise functions that every backend implements. */
@API(status = API.Status.EXPERIMENTAL)
public enum BinaryFunction {
  /** {@code a + b}. */
  ADD,
  /** {@code a - b}. */
  SUBTRACT,
  /** {@code a * b}. */
  MULTIPLY,
  /** {@code a / b}. */
  DIVIDE,
  /** The larger operand; NaN if either is NaN. */
  MAXIMUM,
  /** The smaller operand; NaN if either is NaN. */
  MINIMUM,
  /** 1 if {@code a > b}, else 0. */
  GREATER,
  /** The gradient of tanh, {@code b * (1 - a * a)}, for its value a and the cotangent b. */
  TANH_GRADIENT,
  /**
   * The gradient of the logistic function, {@code b * a * (1 - a)}, for its value a and the
   * cotangent b.
   */
  SIGMOID_GRADIENT,
  /** The gradient of ReLU, b where {@code a > 0}, else 0, for its value a and the cotangent b. */
  RELU_GRADIENT
}
