package dev.comporta.serialization;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Names of files that stand beside another one while it is written: hidden, and short enough for
 * every file system that takes the other name.
 */
final class BesideName {
  /** Most file systems take names of 255 bytes; the longest ending here has 48. */
  private static final int MOST_BYTES = 180;

  private static final int KEPT_BYTES = 120;
  private static final int HASH_BYTES = 8;

  private BesideName() {}

  /**
   * The hidden name.
   *
   * @param name of the file
   * @param ending what follows it, such as {@code .lock}
   * @return a dot, the name and the ending; a long name is cut, and a hash takes the place of the
   *     rest
   */
  static String of(String name, String ending) {
    return "." + stem(name) + ending;
  }

  private static String stem(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MOST_BYTES) {
      return name;
    }
    StringBuilder kept = new StringBuilder();
    int length = 0;
    for (int codePoint : name.codePoints().toArray()) {
      length += Character.toString(codePoint).getBytes(StandardCharsets.UTF_8).length;
      if (length > KEPT_BYTES) {
        break;
      }
      kept.appendCodePoint(codePoint);
    }
    byte[] hash = Container.sha256().digest(bytes);
    return kept + "~" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
  }
}
