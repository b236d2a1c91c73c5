package dev.comporta.testkit.backend;

import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;

/** Sizes, operands and comparisons for the tests of this module. */
public final class Samples {
  /**
   * 0, 1, then L - 1, L, L + 1, 4 L - 1 and 4 L + 1 for the L = 4, 8 and 16 lanes of 128, 256 and
   * 512 bits, the edges of 32 partial sums, and primes.
   */
  private static final int[] SIZES = {
    0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 131, 1021
  };

  /** Zeros, subnormals, the neighbours of one, the thresholds of exponentials, the ends. */
  private static final float[] EDGES = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    0x0.fffffep-126f,
    -0x0.fffffep-126f,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    1f,
    -1f,
    Math.nextUp(1f),
    Math.nextDown(1f),
    Math.nextUp(-1f),
    Math.nextDown(-1f),
    0.5f,
    -0.5f,
    9.1f,
    -9.1f,
    88.72283f,
    88.72284f,
    -88.376f,
    -88.5f,
    -87.33655f,
    -103.97208f,
    -103.97209f,
    -105f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    Float.intBitsToFloat(0xffc00001),
  };

  /** The guard value around the writable part of an output. */
  private static final float GUARD = 12345.678f;

  private Samples() {}

  /**
   * The sizes to try: 0, 1, primes, and those around the numbers of lanes.
   *
   * @return a copy
   */
  public static int[] sizes() {
    return SIZES.clone();
  }

  /**
   * Special values: zeros, subnormals, the neighbours of one, the thresholds of exponentials, the
   * ends, infinities and NaN.
   *
   * @return a copy
   */
  public static float[] edges() {
    return EDGES.clone();
  }

  /**
   * Gaussian values with magnitude about 1.
   *
   * @param seed of the random numbers
   * @param n how many
   * @return n values
   */
  public static float[] gaussian(long seed, int n) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /**
   * Gaussian values, three of four with magnitude about 3, the fourth with magnitude up to e^40.
   *
   * @param seed of the random numbers
   * @param n how many
   * @return n values
   */
  public static float[] ofAllSizes(long seed, int n) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      double scale = i % 4 == 3 ? Math.exp(random.nextInt(80) - 40) : 3;
      x[i] = (float) (random.nextGaussian() * scale);
    }
    return x;
  }

  /**
   * {@link #ofAllSizes} with every 7th element replaced by an edge case.
   *
   * @param seed of the random numbers
   * @param n how many
   * @return n values
   */
  public static float[] withEdges(long seed, int n) {
    float[] x = ofAllSizes(seed, n);
    for (int i = 0; i < n; i += 7) {
      x[i] = EDGES[(int) Math.floorMod(i / 7 + seed, (long) EDGES.length)];
    }
    return x;
  }

  /**
   * A row inside an array whose other elements are NaN, so that out-of-range reads are detected.
   *
   * @param offset where the row starts
   * @param row the values
   * @return the row with its surroundings
   */
  public static float[] surrounded(float[] row, int offset) {
    float[] x = new float[offset + row.length + 5];
    Arrays.fill(x, Float.NaN);
    System.arraycopy(row, 0, x, offset, row.length);
    return x;
  }

  /**
   * Storage for an output, filled with guards.
   *
   * @param length its length
   * @return a new array
   */
  public static float[] guarded(int length) {
    float[] y = new float[length];
    Arrays.fill(y, GUARD);
    return y;
  }

  /**
   * Fails unless all elements outside a range still contain the guard.
   *
   * @param y an output inside guards
   * @param from the first element of the range
   * @param count the number of elements of the range
   * @param where says what is compared, for the message
   */
  public static void assertGuards(float[] y, int from, int count, Supplier<String> where) {
    for (int i = 0; i < y.length; i++) {
      if ((i < from || i >= from + count) && y[i] != GUARD) {
        fail("%s: [%d], beside the result, became %s", where.get(), i, y[i]);
      }
    }
  }

  /**
   * Fails unless the bits agree; all NaNs are considered equal.
   *
   * @param expected what it should be
   * @param actual what was computed
   * @param where says what is compared, for the message
   */
  public static void assertSameBits(float expected, float actual, Supplier<String> where) {
    if (Float.floatToIntBits(expected) != Float.floatToIntBits(actual)) {
      fail("%s: expected %s but got %s", where.get(), expected, actual);
    }
  }

  /**
   * As {@link #assertSameBits(float, float, Supplier)}, element by element.
   *
   * @param expected what it should be
   * @param actual what was computed
   * @param where says what is compared, for the message
   */
  public static void assertSameBits(float[] expected, float[] actual, Supplier<String> where) {
    if (expected.length != actual.length) {
      fail("%s: expected %d elements but got %d", where.get(), expected.length, actual.length);
    }
    for (int i = 0; i < expected.length; i++) {
      int index = i;
      assertSameBits(expected[i], actual[i], () -> where.get() + " [" + index + "]");
    }
  }

  /**
   * Fails unless the distance is within the tolerance.
   *
   * @param expected what it should be
   * @param actual what was computed
   * @param tolerance how far the result may be off
   * @param where says what is compared, for the message
   */
  public static void assertWithin(
      double expected, double actual, double tolerance, Supplier<String> where) {
    if (!(Math.abs(actual - expected) <= tolerance)) {
      fail("%s: expected %s +- %s but got %s", where.get(), expected, tolerance, actual);
    }
  }

  /**
   * Fails unless a float is within a number of ulps of the exact result. Results that round to
   * zero, an infinity or NaN must be exact; half an ulp requires the bits of the rounded result.
   *
   * @param flushed exact results smaller than this may also be zero
   * @param exact the exact result
   * @param actual what was computed
   * @param ulps how far the result may be off, in units in the last place
   * @param where says what is compared, for the message
   */
  public static void assertUlps(
      double exact, float actual, double ulps, double flushed, Supplier<String> where) {
    float rounded = (float) exact;
    if (actual == 0 && Math.abs(exact) < flushed) {
      return;
    }
    if (ulps <= 0.5 || Float.isNaN(rounded) || Float.isInfinite(rounded) || rounded == 0) {
      assertSameBits(rounded, actual, where);
    } else {
      assertWithin(exact, actual, ulps * Math.ulp(rounded), where);
    }
  }
}
