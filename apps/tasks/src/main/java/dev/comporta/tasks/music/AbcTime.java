package dev.comporta.tasks.music;

/**
 * An exact time or length in whole notes.
 *
 * @param numerator 0 or more
 * @param denominator 1 or more, without a common divisor
 */
record AbcTime(long numerator, long denominator) {
  static final AbcTime ZERO = new AbcTime(0, 1);
  static final AbcTime ONE = new AbcTime(1, 1);

  /** A fraction in lowest terms. */
  static AbcTime of(long numerator, long denominator) {
    long divisor = divisor(numerator, denominator);
    return new AbcTime(numerator / divisor, denominator / divisor);
  }

  private static long divisor(long a, long b) {
    return b == 0 ? Math.max(1, a) : divisor(b, a % b);
  }

  /**
   * The sum.
   *
   * @throws ArithmeticException if the fractions are too fine to add
   */
  AbcTime plus(AbcTime other) {
    return of(
        Math.addExact(
            Math.multiplyExact(numerator, other.denominator),
            Math.multiplyExact(other.numerator, denominator)),
        Math.multiplyExact(denominator, other.denominator));
  }

  /**
   * The product.
   *
   * @throws ArithmeticException if the fractions are too fine to multiply
   */
  AbcTime times(AbcTime other) {
    AbcTime first = of(numerator, other.denominator);
    AbcTime second = of(other.numerator, denominator);
    return of(
        Math.multiplyExact(first.numerator, second.numerator),
        Math.multiplyExact(first.denominator, second.denominator));
  }

  /** The nearest timestep; the later one of two that are as near. */
  long step(long stepsPerWhole) {
    long whole = numerator / denominator;
    long rest = numerator % denominator;
    return Math.addExact(
        Math.multiplyExact(whole, stepsPerWhole),
        (Math.multiplyExact(2 * stepsPerWhole, rest) + denominator) / (2 * denominator));
  }

  boolean isLess(AbcTime other) {
    return (double) numerator / denominator < (double) other.numerator / other.denominator;
  }
}
