package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/** The functions of two numbers that every backend computes. */
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
  /** The larger, NaN if either is. */
  MAXIMUM,
  /** The smaller, NaN if either is. */
  MINIMUM,
  /** 1 if {@code a > b}, else 0. */
  GREATER,
  /** The gradient of tanh from its value: {@code b * (1 - a * a)} for value a and cotangent b. */
  TANH_GRADIENT,
  /** The gradient of the logistic function from its value: {@code b * a * (1 - a)}. */
  SIGMOID_GRADIENT,
  /** The gradient of ReLU from its value: b where {@code a > 0}, else 0. */
  RELU_GRADIENT
}
