package dev.comporta.api.tensor;

import org.apiguardian.api.API;

/**
 * Numbers of 16 bits with the range of float32 and 8 significant bits: the upper half of a float32
 * number. The JDK has the same methods for float16.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class Bfloat16 {
  private static final int LOW_BITS = 16;

  /** The bit of the upper half that keeps a NaN one. */
  private static final int QUIET = 0x40;

  private Bfloat16() {}

  /**
   * Rounds to the nearest, ties to even.
   *
   * @param value any number; NaN stays NaN, and a value beyond the range becomes infinite
   * @return the bits of the result
   */
  public static short floatToBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> LOW_BITS | QUIET);
    }
    return (short) ((bits + 0x7fff + (bits >>> LOW_BITS & 1)) >>> LOW_BITS);
  }

  /**
   * Widens a number, exactly.
   *
   * @param bits those of a bfloat16
   * @return the same number
   */
  public static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << LOW_BITS);
  }
}
