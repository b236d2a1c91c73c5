package dev.comporta.exchange.files;

import java.nio.ByteBuffer;

/** The types of elements in files of other tools. */
enum NumberType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  NumberType(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /** The element at an index, rounded to float32. */
  float at(ByteBuffer buffer, int index) {
    int at = index * bytes;
    return switch (this) {
      case F64 -> (float) buffer.getDouble(at);
      case F32 -> buffer.getFloat(at);
      case F16 -> Float.float16ToFloat(buffer.getShort(at));
      case BF16 -> Float.intBitsToFloat(buffer.getShort(at) << 16);
      case I64 -> (float) buffer.getLong(at);
      case I32 -> (float) buffer.getInt(at);
      case I16 -> buffer.getShort(at);
      case I8 -> buffer.get(at);
      case U8, BOOL -> buffer.get(at) & 0xff;
    };
  }
}
