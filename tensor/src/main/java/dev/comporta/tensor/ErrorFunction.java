package dev.comporta.tensor;

import org.apiguardian.api.API;

/** The error function in double precision. */
@API(status = API.Status.INTERNAL)
public final class ErrorFunction {
  private static final double FACTOR = 2 / Math.sqrt(Math.PI);

  /** From here on, the result is 1 in double precision. */
  private static final double ONE = 6;

  private ErrorFunction() {}

  /**
   * The error function by a series of positive terms, so that nothing cancels: {@code 2 / sqrt(pi)
   * e^(-x^2) sum of 2^n x^(2n + 1) / (1 3 5 .. (2n + 1))} (Abramowitz and Stegun 1964, eq. 7.1.6).
   *
   * @param x any number
   * @return the error function within 1e-14, relative; NaN for NaN
   */
  public static double of(double x) {
    if (Math.abs(x) >= ONE) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return FACTOR * StrictMath.exp(-x * x) * sum;
  }
}
