package dev.comporta.serialization;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The elements of one tensor in memory, with encoding to and decoding from little-endian bytes. */
sealed interface Elements {
  /**
   * The size of the chunks in which tensors are written and read, a multiple of every element size.
   */
  int CHUNK_BYTES = 1 << 16;

  /** The number of elements. */
  int count();

  /** The type in the file. */
  ElementType type();

  /** Encodes elements starting at {@code from} until the buffer is full; returns the next index. */
  int encode(int from, ByteBuffer buffer);

  /** Decodes the whole buffer into elements starting at {@code at}; returns the next index. */
  int decode(int at, ByteBuffer buffer);

  /** The size in the file. */
  default long byteLength() {
    return (long) count() * type().bytes();
  }

  /** The first bytes of a chunk, little-endian. */
  static ByteBuffer buffer(byte[] chunk, int length) {
    return ByteBuffer.wrap(chunk, 0, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Float32 elements; all bits are preserved, including those of NaN. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Floats(float[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public ElementType type() {
      return ElementType.F32;
    }

    @Override
    public int encode(int from, ByteBuffer buffer) {
      int n = Math.min(values.length - from, buffer.remaining() / Float.BYTES);
      for (int i = from; i < from + n; i++) {
        buffer.putInt(Float.floatToRawIntBits(values[i]));
      }
      return from + n;
    }

    @Override
    public int decode(int at, ByteBuffer buffer) {
      int next = at;
      while (buffer.hasRemaining()) {
        values[next++] = Float.intBitsToFloat(buffer.getInt());
      }
      return next;
    }
  }

  /** Float64 elements; all bits are preserved, including those of NaN. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Doubles(double[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public ElementType type() {
      return ElementType.F64;
    }

    @Override
    public int encode(int from, ByteBuffer buffer) {
      int n = Math.min(values.length - from, buffer.remaining() / Double.BYTES);
      for (int i = from; i < from + n; i++) {
        buffer.putLong(Double.doubleToRawLongBits(values[i]));
      }
      return from + n;
    }

    @Override
    public int decode(int at, ByteBuffer buffer) {
      int next = at;
      while (buffer.hasRemaining()) {
        values[next++] = Double.longBitsToDouble(buffer.getLong());
      }
      return next;
    }
  }
}
