package dev.comporta.cells.model;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.plan.stream.StateLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The state of one stream as bytes that outlive the process; see {@code
 * docs/formats/saved-session.md}. All numbers are little-endian:
 *
 * <pre>
 * 8 bytes   "CMPSTATE"
 * int       version of the format, 1
 * int       number of all bytes
 * int       number of states
 *           for each state: int length of its name, the name in UTF-8, int number of its floats
 *           the floats of all states, bit by bit
 * int       CRC-32C of all bytes before
 * </pre>
 *
 * The names and sizes are the fingerprint of the model: a state is only loaded if all of them
 * agree, in order. What comes before the floats is therefore the same for all streams of a model.
 */
final class SavedState {
  private static final byte[] MAGIC = "CMPSTATE".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int LENGTH_AT = MAGIC.length + Integer.BYTES;
  private static final int STATES_AT = LENGTH_AT + Integer.BYTES;
  private static final int LEAST = STATES_AT + 2 * Integer.BYTES;

  private final StateLayout layout;

  /** What all saved states of the model begin with. */
  private final byte[] head;

  private final int length;

  SavedState(StateLayout layout) {
    this.layout = layout;
    int size = STATES_AT + Integer.BYTES;
    List<byte[]> names = new ArrayList<>();
    for (StateLayout.Part part : layout.parts()) {
      byte[] name = part.name().getBytes(StandardCharsets.UTF_8);
      names.add(name);
      size = Math.addExact(size, 2 * Integer.BYTES + name.length);
    }
    this.length =
        Math.addExact(size, Math.addExact(Math.multiplyExact(layout.size(), 4), Integer.BYTES));
    this.head = new byte[size];
    ByteBuffer to = little(head);
    to.put(MAGIC).putInt(VERSION).putInt(length).putInt(names.size());
    for (int i = 0; i < names.size(); i++) {
      to.putInt(names.get(i).length).put(names.get(i)).putInt(layout.parts().get(i).size());
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - Integer.BYTES);
    return (int) crc.getValue();
  }

  /** The bytes of a state in the order of the layout. */
  byte[] write(float[] state) {
    byte[] bytes = Arrays.copyOf(head, length);
    ByteBuffer to = little(bytes).position(head.length);
    for (float value : state) {
      to.putInt(Float.floatToRawIntBits(value));
    }
    to.putInt(checksum(bytes));
    return bytes;
  }

  /**
   * Reads bytes that anyone may have written.
   *
   * @param operation who reads, for messages
   * @return the state in the order of the layout
   * @throws ComportaException if they are not a complete, unchanged state of this model, or contain
   *     a NaN
   */
  float[] read(String operation, byte @Nullable [] bytes) {
    if (bytes == null) {
      throw refused(operation, "the bytes of a saved session but got no array");
    }
    requireWhole(operation, bytes);
    if (bytes.length != length || !Arrays.equals(bytes, 0, head.length, head, 0, head.length)) {
      throw refused(operation, difference(bytes));
    }
    ByteBuffer from = little(bytes).position(head.length);
    float[] state = new float[layout.size()];
    for (int i = 0; i < state.length; i++) {
      state[i] = Float.intBitsToFloat(from.getInt());
      if (Float.isNaN(state[i])) {
        throw refused(operation, notANumber(i));
      }
    }
    return state;
  }

  private static ComportaException refused(String operation, String what) {
    return new ComportaException(formatted("[%s] expected %s", operation, what));
  }

  /** Checks what holds for the states of all models. */
  private static void requireWhole(String operation, byte[] bytes) {
    if (bytes.length < LEAST) {
      throw refused(
          operation,
          formatted("a saved session of %d bytes or more but got %d", LEAST, bytes.length));
    }
    ByteBuffer from = little(bytes);
    if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw refused(
          operation,
          formatted(
              "a saved session, which begins with CMPSTATE, but the bytes begin with %016x; pass what save returned",
              Long.reverseBytes(from.getLong(0))));
    }
    int version = from.getInt(MAGIC.length);
    if (version != VERSION) {
      throw refused(
          operation,
          formatted(
              "a saved session of format version %d but found version %s; load it with the release that saved it",
              VERSION, Integer.toUnsignedString(version)));
    }
    int whole = from.getInt(LENGTH_AT);
    if (whole != bytes.length) {
      throw refused(
          operation,
          formatted(
              "the %s bytes that the saved session says it has but got %d; it is cut off or has been changed",
              Integer.toUnsignedString(whole), bytes.length));
    }
    int stored = from.getInt(bytes.length - Integer.BYTES);
    int computed = checksum(bytes);
    if (stored != computed) {
      throw refused(
          operation,
          formatted(
              "the checksum %08x of the saved session but its bytes have %08x; it has been changed since it was saved",
              stored, computed));
    }
  }

  /** Where a state of another model differs from those of this one. */
  private String difference(byte[] bytes) {
    ByteBuffer from = little(bytes).position(STATES_AT).limit(bytes.length - Integer.BYTES);
    int count = from.getInt();
    List<StateLayout.Part> parts = layout.parts();
    for (int i = 0; i < Math.min(count, parts.size()); i++) {
      String found = next(from);
      String expected = described(parts.get(i).name(), parts.get(i).size());
      if (!found.equals(expected)) {
        return formatted(
            "state %d of the model to be %s but the saved session has %s; load it with the model that it was saved with",
            i + 1, expected, found);
      }
    }
    return formatted(
        "the %d states of this model, %d floats, in %d bytes but the saved session has %s states in %d bytes; load it with the model that it was saved with",
        parts.size(), layout.size(), length, Integer.toUnsignedString(count), bytes.length);
  }

  private static String described(String name, int size) {
    return formatted("%s with %s floats", name, Integer.toUnsignedString(size));
  }

  private static String next(ByteBuffer from) {
    int size = from.remaining() < Integer.BYTES ? -1 : from.getInt();
    if (size < 0 || size > from.remaining() - Integer.BYTES) {
      return "no readable name";
    }
    byte[] name = new byte[size];
    from.get(name);
    return described(new String(name, StandardCharsets.UTF_8), from.getInt());
  }

  private String notANumber(int at) {
    for (StateLayout.Part part : layout.parts()) {
      if (at < part.at() + part.size()) {
        return formatted(
            "numbers in the saved session but float %d of %s is NaN; reset the session instead",
            at - part.at(), part.name());
      }
    }
    throw new IllegalStateException("no state has float " + at);
  }
}
