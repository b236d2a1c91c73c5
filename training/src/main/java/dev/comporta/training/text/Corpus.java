package dev.comporta.training.text;

import dev.comporta.api.Sha256;
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
    return Sha256.of(text);
  }
}
