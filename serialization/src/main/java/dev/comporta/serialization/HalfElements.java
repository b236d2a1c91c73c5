package dev.comporta.serialization;

import static dev.comporta.api.tensor.Bfloat16.bfloat16ToFloat;
import static dev.comporta.api.tensor.Bfloat16.floatToBfloat16;

import java.nio.ByteBuffer;

/**
 * Elements of two bytes, rounded to the nearest, ties to even. NaN stays NaN; a value beyond the
 * range becomes infinite, which {@link #firstBeyond} finds beforehand.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HalfElements(float[] values, ElementType type) implements Elements {
  @Override
  public int count() {
    return values.length;
  }

  @Override
  public int encode(int from, ByteBuffer buffer) {
    int n = Math.min(values.length - from, buffer.remaining() / Short.BYTES);
    boolean half = type == ElementType.F16;
    for (int i = from; i < from + n; i++) {
      buffer.putShort(half ? Float.floatToFloat16(values[i]) : floatToBfloat16(values[i]));
    }
    return from + n;
  }

  /** The index of the first finite value that a type can only store as infinite, or -1. */
  static int firstBeyond(float[] values, ElementType type) {
    for (int i = 0; i < values.length; i++) {
      if (Float.isFinite(values[i])
          && !Float.isFinite(
              type == ElementType.F16
                  ? Float.float16ToFloat(Float.floatToFloat16(values[i]))
                  : bfloat16ToFloat(floatToBfloat16(values[i])))) {
        return i;
      }
    }
    return -1;
  }
}
