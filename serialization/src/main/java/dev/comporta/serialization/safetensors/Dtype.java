package dev.comporta.serialization.safetensors;

import java.nio.ByteBuffer;
import org.apiguardian.api.API;

/** The element types of Safetensors files that can be read. */
@API(status = API.Status.EXPERIMENTAL)
public enum Dtype {
  /** IEEE 754 binary64. */
  F64(8, false),
  /** IEEE 754 binary32. */
  F32(4, false),
  /** IEEE 754 binary16. */
  F16(2, false),
  /** The upper half of a binary32. */
  BF16(2, false),
  /** A signed 64-bit integer. */
  I64(8, true),
  /** A signed 32-bit integer. */
  I32(4, true),
  /** A signed 16-bit integer. */
  I16(2, true),
  /** A signed 8-bit integer. */
  I8(1, true),
  /** An unsigned 8-bit integer. */
  U8(1, true),
  /** 0 or 1. */
  BOOL(1, true);

  private final int bytes;
  private final boolean whole;

  Dtype(int bytes, boolean whole) {
    this.bytes = bytes;
    this.whole = whole;
  }

  /**
   * The size of one element.
   *
   * @return the number of bytes
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether elements are integers.
   *
   * @return true for I64 to BOOL
   */
  public boolean isWhole() {
    return whole;
  }

  /** The next element of a floating-point type; exact. */
  double real(ByteBuffer buffer) {
    return switch (this) {
      case F64 -> buffer.getDouble();
      case F32 -> buffer.getFloat();
      case F16 -> Float.float16ToFloat(buffer.getShort());
      case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
      default -> throw new IllegalStateException(this + " is an integer type");
    };
  }

  /** The next element of an integer type. */
  long whole(ByteBuffer buffer) {
    return switch (this) {
      case I64 -> buffer.getLong();
      case I32 -> buffer.getInt();
      case I16 -> buffer.getShort();
      case I8 -> buffer.get();
      case U8, BOOL -> buffer.get() & 0xff;
      default -> throw new IllegalStateException(this + " is not an integer type");
    };
  }
}
