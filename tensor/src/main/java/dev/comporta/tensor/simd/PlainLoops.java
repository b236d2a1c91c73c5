package dev.comporta.tensor.simd;

import dev.comporta.tensor.ErrorFunction;

/**
 * Functions without a Vector API kernel. {@code sin}, {@code cos} and {@code erf} use {@code
 * StrictMath}, so that interpreted and compiled code give the same bits.
 */
final class PlainLoops {
  private PlainLoops() {}

  /** {@code y = sin x}. */
  static void sin(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) StrictMath.sin(x[xo + i]);
    }
  }

  /** {@code y = cos x}. */
  static void cos(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) StrictMath.cos(x[xo + i]);
    }
  }

  /** {@code y = erf x}. */
  static void erf(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) ErrorFunction.of(x[xo + i]);
    }
  }

  /** {@code y = floor x}. */
  static void floor(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) Math.floor(x[xo + i]);
    }
  }
}
