package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * The unary element-wise functions that every backend implements. Each backend documents its
 * accuracy. The result for NaN is NaN unless stated otherwise.
 */
@API(status = API.Status.EXPERIMENTAL)
public enum UnaryFunction {
  /** {@code -x}. */
  NEGATE,
  /** {@code |x|}. */
  ABS,
  /** {@code x * x}. */
  SQUARE,
  /** The square root; NaN for negative values. */
  SQRT,
  /** {@code 1 / x}. */
  RECIPROCAL,
  /** {@code e^x}. */
  EXP,
  /** The natural logarithm; NaN for negative values, -infinity at zero. */
  LOG,
  /** The hyperbolic tangent. */
  TANH,
  /** The logistic function {@code 1 / (1 + e^-x)}. */
  SIGMOID,
  /** {@code log(1 + e^x)}. */
  SOFTPLUS,
  /** The sine of an angle in radians; NaN for infinities. */
  SIN,
  /** The cosine of an angle in radians; NaN for infinities. */
  COS,
  /** The error function, {@code 2 / sqrt(pi) * integral of e^(-t^2) from 0 to x}. */
  ERF,
  /** The largest whole number that is not above x. */
  FLOOR,
  /** {@code max(x, 0)}. */
  RELU,
  /** The hard threshold: 1 if {@code x > 0}, else 0 (0 for NaN). */
  STEP,
  /** The sign: -1, 0 or 1; NaN for NaN. */
  SIGN
}
