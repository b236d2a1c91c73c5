package dev.comporta.onnx.operators;

/** The error function in double precision. */
final class ErrorFunction {
  private static final double SERIES_UP_TO = 2.5;

  private ErrorFunction() {}

  /**
   * {@code erf(x)}: its Maclaurin series for small x, the continued fraction of erfc for large ones
   * (Abramowitz and Stegun 1964, equations 7.1.6 and 7.1.14). The error is below 1e-13.
   */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (a > 6) {
      return Math.signum(x);
    }
    if (a < SERIES_UP_TO) {
      double term = x;
      double sum = x;
      for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
    double fraction = 0;
    for (int n = 80; n > 0; n--) {
      fraction = n / 2.0 / (a + fraction);
    }
    double erfc = Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction));
    return Math.copySign(1 - erfc, x);
  }
}
