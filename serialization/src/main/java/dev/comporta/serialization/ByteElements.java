package dev.comporta.serialization;

import dev.comporta.api.tensor.Shape;
import java.nio.ByteBuffer;

/**
 * Elements of one byte: v = q s, with q from -127 to 127 and a scale s for each output channel,
 * which is the largest absolute value of the channel divided by 127. Quotients are rounded to the
 * nearest, ties to even.
 */
final class ByteElements implements Elements {
  static final int LARGEST = 127;

  private final float[] values;
  private final Channels channels;
  private final float[] scales;

  ByteElements(float[] values, Shape shape, int axis) {
    this.values = values;
    this.channels = Channels.of(shape, axis);
    float[] largest = new float[channels.count()];
    for (int i = 0; i < values.length; i++) {
      int channel = channels.of(i);
      largest[channel] = Math.max(largest[channel], Math.abs(values[i]));
    }
    this.scales = new float[largest.length];
    for (int c = 0; c < scales.length; c++) {
      float scale = (float) ((double) largest[c] / LARGEST);
      // The largest float of all would become infinite again.
      scales[c] = Float.isInfinite(LARGEST * scale) ? Math.nextDown(scale) : scale;
    }
  }

  /** The index of the first value that no scale can store, which is not finite, or -1. */
  static int firstBeyond(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }

  /** The bytes of the scales with the zeros behind them. */
  static long headBytes(Shape shape, int axis) {
    return headBytes(shape.size(axis));
  }

  private static long headBytes(int channels) {
    return Container.aligned((long) channels * Float.BYTES);
  }

  @Override
  public int count() {
    return values.length;
  }

  @Override
  public ElementType type() {
    return ElementType.I8;
  }

  @Override
  public byte[] head() {
    byte[] head = new byte[Math.toIntExact(headBytes(scales.length))];
    Elements.buffer(head, head.length).asFloatBuffer().put(scales);
    return head;
  }

  @Override
  public long byteLength() {
    return headBytes(scales.length) + values.length;
  }

  @Override
  public int encode(int from, ByteBuffer buffer) {
    int n = Math.min(values.length - from, buffer.remaining());
    for (int i = from; i < from + n; i++) {
      float scale = scales[channels.of(i)];
      buffer.put(scale == 0 ? 0 : quotient(values[i], scale));
    }
    return from + n;
  }

  private static byte quotient(float value, float scale) {
    double q = Math.rint((double) value / scale);
    return (byte) Math.clamp(q, -LARGEST, LARGEST);
  }
}
