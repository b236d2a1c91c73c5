package dev.comporta.tensor.simd;

/**
 * Functions that cells apply to a few parameters only, which are not worth vectors. {@code
 * StrictMath} gives the same bits whether or not a loop has been compiled.
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

  /** {@code y = floor x}. */
  static void floor(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) Math.floor(x[xo + i]);
    }
  }
}
