package dev.comporta.training.listeners;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A builder for a protobuf message, with the three wire types that event files need. Fields are
 * written in the order of the calls.
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtobufMessage whole(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  ProtobufMessage real64(int field, double value) {
    tag(field, FIXED_64);
    fixed(Double.doubleToLongBits(value), Double.BYTES);
    return this;
  }

  ProtobufMessage real32(int field, float value) {
    tag(field, FIXED_32);
    fixed(Float.floatToIntBits(value), Float.BYTES);
    return this;
  }

  ProtobufMessage packed(int field, double[] values) {
    tag(field, DELIMITED);
    varint((long) values.length * Double.BYTES);
    for (double value : values) {
      fixed(Double.doubleToLongBits(value), Double.BYTES);
    }
    return this;
  }

  ProtobufMessage text(int field, String value) {
    return data(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufMessage message(int field, ProtobufMessage value) {
    return data(field, value.toByteArray());
  }

  private ProtobufMessage data(int field, byte[] value) {
    tag(field, DELIMITED);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void tag(int field, int type) {
    varint((long) field << 3 | type);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  private void fixed(long bits, int count) {
    for (int i = 0; i < count; i++) {
      bytes.write((int) (bits >>> (8 * i)));
    }
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
