package dev.comporta.training.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Writes each byte as a visible character, as GPT-2's vocabulary files do. */
final class VisibleBytes {
  private static final int BYTES = 256;

  /** The byte that each visible character represents. */
  private static final Map<Integer, Integer> VALUES = HashMap.newHashMap(BYTES);

  static {
    for (int value = 0; value < BYTES; value++) {
      VALUES.put(character(value), value);
    }
  }

  private VisibleBytes() {}

  /** Writes bytes. */
  static String write(byte[] content) {
    StringBuilder text = new StringBuilder();
    for (byte value : content) {
      text.appendCodePoint(character(Byte.toUnsignedInt(value)));
    }
    return text.toString();
  }

  /** Inverts {@link #write}; a character that does not represent a byte is encoded as UTF-8. */
  static byte[] read(String written) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    written
        .codePoints()
        .forEach(c -> {
          Integer value = VALUES.get(c);
          if (value == null) {
            bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
          } else {
            bytes.write(value);
          }
        });
    return bytes.toByteArray();
  }

  /** The visible character for a byte: itself if visible in Latin-1, else one from U+0100 on. */
  private static int character(int value) {
    if (visible(value)) {
      return value;
    }
    int hidden = 0;
    for (int before = 0; before < value; before++) {
      hidden += visible(before) ? 0 : 1;
    }
    return BYTES + hidden;
  }

  private static boolean visible(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
  }
}
