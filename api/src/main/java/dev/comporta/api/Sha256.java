package dev.comporta.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apiguardian.api.API;

/** SHA-256, by which data and files are told apart. */
@API(status = API.Status.EXPERIMENTAL)
public final class Sha256 {
  private Sha256() {}

  /** {@return a new digest} */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * {@return the hash of a text in UTF-8, as 64 lower-case hexadecimal digits}
   *
   * @param text any text
   */
  public static String of(String text) {
    return hex(newDigest(), text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * {@return the hash of all that a digest was given, as 64 lower-case hexadecimal digits}
   *
   * @param digest what was given most of it, reset afterwards
   * @param last the last bytes
   */
  public static String hex(MessageDigest digest, byte... last) {
    return HexFormat.of().formatHex(digest.digest(last));
  }
}
