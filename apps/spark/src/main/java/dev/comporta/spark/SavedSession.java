package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The session of a key as the state store keeps it: a version, the SHA-256 of the model file, the
 * time of the last event in microseconds, and the bytes of {@code Session.save}, which have a
 * version and a checksum of their own. Numbers are big-endian.
 *
 * @param model the SHA-256 of the model file
 * @param micros the time of the last event
 * @param state what {@code Session.save} returned
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SavedSession(String model, long micros, byte[] state) {
  private static final byte VERSION = 1;
  private static final int HASH = 32;
  private static final int HEADER = 1 + HASH + Long.BYTES;

  byte[] bytes() {
    return ByteBuffer.allocate(HEADER + state.length)
        .put(VERSION)
        .put(HexFormat.of().parseHex(model))
        .putLong(micros)
        .put(state)
        .array();
  }

  /**
   * Reads what {@link #bytes} wrote.
   *
   * @throws ComportaException if the bytes are of another version, or too short
   */
  static SavedSession of(byte[] bytes) {
    if (bytes.length < HEADER || bytes[0] != VERSION) {
      throw new ComportaException(
          formatted(
              "[stream] expected a saved session of version %d but the checkpoint has %s; start the query with a new checkpoint folder",
              VERSION, bytes.length < HEADER ? bytes.length + " bytes" : "version " + bytes[0]));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    byte[] hash = new byte[HASH];
    in.get(hash);
    long micros = in.getLong();
    return new SavedSession(
        HexFormat.of().formatHex(hash), micros, Arrays.copyOfRange(bytes, HEADER, bytes.length));
  }
}
