package dev.comporta.tasks.forecast;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a column as a part of a metric's name. A header may hold anything, line breaks and
 * megabytes included; the names in a model file are printable and short. Different columns have
 * different names.
 */
final class MetricName {
  private static final String ESCAPE = "\\u";
  private static final int LONGEST = 900;
  private static final int KEPT = 100;

  private MetricName() {}

  /**
   * The column's own name if it is printable. Otherwise what is not printable is written as four
   * hexadecimal digits after a backslash and a u, and a backslash twice. A name that is longer than
   * 900 characters is cut, and its SHA-256 follows.
   */
  static String of(String column) {
    boolean escaped = Printable.isDisturbing(column) || column.contains(ESCAPE);
    String name = escaped ? Printable.line(column.replace("\\", "\\\\")) : column;
    if (name.length() <= LONGEST) {
      return name;
    }
    int end = Character.isHighSurrogate(name.charAt(KEPT - 1)) ? KEPT - 1 : KEPT;
    return formatted("%s... (%s)", name.substring(0, end), sha256(name));
  }

  private static String sha256(String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
