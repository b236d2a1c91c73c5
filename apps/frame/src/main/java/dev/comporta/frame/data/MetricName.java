package dev.comporta.frame.data;

import dev.comporta.api.Printable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apiguardian.api.API;

/**
 * The name of a column as part of the name of a metric. A header may hold anything, including line
 * breaks and megabytes; names in a model file are printable and short. Different columns have
 * different names.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class MetricName {
  private static final String ESCAPE = "\\u";
  private static final int LONGEST = 900;
  private static final int KEPT = 100;

  private MetricName() {}

  /**
   * The column's own name if it is printable. Otherwise characters that are not printable are
   * written as four hexadecimal digits after a backslash and a u, and a backslash twice. A name of
   * more than 900 characters is cut, and its SHA-256 follows.
   *
   * @param column the name in the header
   * @return the name in a model file
   */
  public static String of(String column) {
    boolean escaped = Printable.isDisturbing(column) || column.contains(ESCAPE);
    String name = escaped ? Printable.line(column.replace("\\", "\\\\")) : column;
    if (name.length() <= LONGEST) {
      return name;
    }
    int end = Character.isHighSurrogate(name.charAt(KEPT - 1)) ? KEPT - 1 : KEPT;
    return "%s... (%s)".formatted(name.substring(0, end), sha256(name));
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
