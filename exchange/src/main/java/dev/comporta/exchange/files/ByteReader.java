package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads bytes in sequence; reading past the end is an error of the file. */
final class ByteReader {
  private final Input input;
  private final ByteBuffer buffer;

  ByteReader(Input input, ByteOrder order) {
    this.input = input;
    this.buffer = ByteBuffer.wrap(input.bytes()).order(order);
  }

  int position() {
    return buffer.position();
  }

  int left() {
    return buffer.remaining();
  }

  private void need(long count) {
    if (count < 0 || count > buffer.remaining()) {
      throw input.refuse(
          formatted(
              "it is truncated: %d bytes are needed at byte %d but %d follow",
              count, buffer.position(), buffer.remaining()));
    }
  }

  int u8() {
    need(1);
    return buffer.get() & 0xff;
  }

  int u16() {
    need(2);
    return buffer.getShort() & 0xffff;
  }

  int i32() {
    need(4);
    return buffer.getInt();
  }

  long i64() {
    need(8);
    return buffer.getLong();
  }

  byte[] bytes(long count) {
    need(count);
    byte[] bytes = new byte[(int) count];
    buffer.get(bytes);
    return bytes;
  }

  void skip(long count) {
    need(count);
    buffer.position(buffer.position() + (int) count);
  }

  String utf8(long count) {
    return new String(bytes(count), StandardCharsets.UTF_8);
  }

  String line() {
    StringBuilder line = new StringBuilder();
    for (int c = u8(); c != '\n'; c = u8()) {
      line.append((char) c);
    }
    return line.toString();
  }
}
