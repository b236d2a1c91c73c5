package dev.comporta.conformance;

/**
 * How far one tensor is from the exact answer.
 *
 * @param tensor its name in the file
 * @param role output or gradient
 * @param error the Euclidean norm of the difference over that of the exact answer; where the exact
 *     answer is zero, over that of what it was computed from, the cotangents of a gradient
 * @param roundings the largest difference of an element, in units of the rounding error of float32
 *     at the largest exact element (2^-24 of it)
 * @param where what computed it, such as {@code simd plan}; empty where there is no choice
 */
public record Comparison(String tensor, Role role, double error, double roundings, String where) {
  private static final double ROUNDING = 0x1p-24;

  /**
   * What a thousand roundings of float64 (2^-53) leave of terms that cancel: below this part of
   * them, an answer in float64 says no more than that it is zero.
   */
  private static final double NOISE = 0x1p-43;

  /** Compares an answer with the exact one, element by element. */
  static Comparison of(String tensor, Role role, String where, double[] got, double[] exact) {
    return of(tensor, role, where, got, exact, 0);
  }

  /**
   * The same for an answer that may be zero because its terms cancel, as the gradient of a layer
   * norm over one feature does.
   *
   * @param terms the norm of what the answer is linear in; 0 if there is no such thing
   */
  static Comparison of(
      String tensor, Role role, String where, double[] got, double[] exact, double terms) {
    double squares = 0;
    double norm = 0;
    double largest = 0;
    double farthest = 0;
    for (int i = 0; i < exact.length; i++) {
      double difference = got[i] - exact[i];
      squares += difference * difference;
      norm += exact[i] * exact[i];
      // Math.max keeps NaN.
      largest = Math.max(largest, Math.abs(exact[i]));
      farthest = Math.max(farthest, Math.abs(difference));
    }
    boolean zero = Math.sqrt(norm) <= NOISE * terms; // not for NaN
    double otherwise = terms == 0 ? 1 : terms;
    return new Comparison(
        tensor,
        role,
        Math.sqrt(squares) / (zero ? otherwise : Math.sqrt(norm)),
        farthest / (ROUNDING * (zero ? otherwise : largest)),
        where);
  }

  /**
   * {@return whether the error is within the limit of its role; false also where an answer is NaN}
   */
  public boolean passed() {
    return error <= role.limit();
  }

  /** The comparison of the same tensor with the larger error, NaN being the largest. */
  Comparison orWorse(Comparison other) {
    return Double.compare(other.error, error) > 0 ? other : this;
  }
}
