package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * The functions of one number that every backend computes. Accuracy is stated by the backend; NaN
 * gives NaN everywhere unless said otherwise.
 */
@API(status = API.Status.EXPERIMENTAL)
public enum UnaryFunction {
  /** {@code -x}. */
  NEGATE,
  /** {@code |x|}. */
  ABS,
  /** {@code x * x}. */
  SQUARE,
  /** The square root; NaN below zero. */
  SQRT,
  /** {@code 1 / x}. */
  RECIPROCAL,
  /** {@code e^x}. */
  EXP,
  /** The natural logarithm; NaN below zero, -infinity at zero. */
  LOG,
  /** The hyperbolic tangent. */
  TANH,
  /** The logistic function {@code 1 / (1 + e^-x)}. */
  SIGMOID,
  /** {@code log(1 + e^x)}. */
  SOFTPLUS,
  /** {@code max(x, 0)}. */
  RELU,
  /** The hard threshold: 1 if {@code x > 0}, else 0 (0 for NaN). */
  STEP,
  /** -1, 0 or 1 by the sign; NaN for NaN. */
  SIGN
}
