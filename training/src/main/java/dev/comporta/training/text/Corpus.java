package dev.comporta.training.text;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apiguardian.api.API;

/**
 * A text and its origin.
 *
 * @param name the origin, for logs and provenance, such as {@code input.txt}
 * @param text the text
 * @param files the number of files that were concatenated
 */
@API(status = API.Status.EXPERIMENTAL)
public record Corpus(String name, String text, int files) {
  /**
   * The SHA-256 hash of the text in UTF-8.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
