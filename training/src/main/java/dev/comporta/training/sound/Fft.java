package dev.comporta.training.sound;

/**
 * The discrete Fourier transform of a power of two of real numbers, by the algorithm of Cooley and
 * Tukey (1965), in place and in double precision:
 *
 * <pre>
 * X[k] = sum over n of x[n] exp(-2 pi i k n / N)
 * </pre>
 *
 * <p>Immutable; any number of threads may use it at once.
 */
final class Fft {
  private final int size;
  private final double[] cosines;
  private final double[] sines;

  /**
   * Computes the roots of unity.
   *
   * @param size N, a power of two
   */
  Fft(int size) {
    if (size < 1 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("the size is not a power of two: " + size);
    }
    this.size = size;
    this.cosines = new double[size / 2];
    this.sines = new double[size / 2];
    for (int k = 0; k < size / 2; k++) {
      cosines[k] = StrictMath.cos(-2 * Math.PI * k / size);
      sines[k] = StrictMath.sin(-2 * Math.PI * k / size);
    }
  }

  /**
   * Transforms numbers.
   *
   * @param real x; replaced by the real part of X
   * @param imaginary zeros, or the imaginary part of x; replaced by that of X
   */
  void transform(double[] real, double[] imaginary) {
    for (int i = 1; i < size; i++) { // the order of reversed bits
      int j = Integer.reverse(i) >>> (Integer.numberOfLeadingZeros(size) + 1);
      if (i < j) {
        swap(real, i, j);
        swap(imaginary, i, j);
      }
    }
    for (int half = 1; half < size; half *= 2) {
      int stride = size / (2 * half);
      for (int block = 0; block < size; block += 2 * half) {
        for (int k = 0; k < half; k++) {
          double c = cosines[k * stride];
          double s = sines[k * stride];
          int even = block + k;
          int odd = even + half;
          double re = real[odd] * c - imaginary[odd] * s;
          double im = real[odd] * s + imaginary[odd] * c;
          real[odd] = real[even] - re;
          imaginary[odd] = imaginary[even] - im;
          real[even] += re;
          imaginary[even] += im;
        }
      }
    }
  }

  private static void swap(double[] values, int i, int j) {
    double value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}
