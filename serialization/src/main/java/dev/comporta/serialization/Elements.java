package dev.comporta.serialization;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The elements of one tensor in memory, with their encoding to little-endian bytes. */
sealed interface Elements permits Elements.Floats, Elements.Doubles, HalfElements, ByteElements {
  /**
   * The size of the chunks in which tensors are written and read, a multiple of every element size
   * and of the alignment.
   */
  int CHUNK_BYTES = 1 << 16;

  /** The elements of a tensor, to be stored as it says. */
  static Elements of(NamedTensor tensor) {
    return switch (tensor.type()) {
      case F32 -> new Floats(tensor.values());
      case F16, BF16 -> new HalfElements(tensor.values(), tensor.type());
      case I8 -> new ByteElements(tensor.values(), tensor.shape(), tensor.channelAxis());
      case F64 -> throw new IllegalStateException("no tensor is stored as float64");
    };
  }

  /** The number of elements. */
  int count();

  /** The type in the file. */
  ElementType type();

  /** The bytes in front of the elements: the scales of int8, a multiple of the alignment. */
  default byte[] head() {
    return new byte[0];
  }

  /** Encodes elements starting at {@code from} until the buffer is full; returns the next index. */
  int encode(int from, ByteBuffer buffer);

  /** The size in the file. */
  default long byteLength() {
    return head().length + (long) count() * type().bytes();
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
  }
}
