package dev.comporta.serialization;

import dev.comporta.serialization.ManifestCodec.Entry;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The bytes of tensors, chunk by chunk: the bytes that are decoded are those that were hashed, so
 * that a file which changes in the meantime is an error and never a wrong number.
 */
@FunctionalInterface
interface VerifiedBytes {
  /** Reads the next bytes in order; fails at the end of the file. */
  void next(byte[] chunk, int length) throws IOException;

  /**
   * Reads one tensor and checks its SHA-256.
   *
   * @param entry which, known to lie within the data section
   * @param dataStart the position of the data section in the file
   * @param chunk a buffer
   * @param into takes the elements
   * @param problems makes the errors
   */
  default void read(
      Entry entry, long dataStart, byte[] chunk, TensorDecoder into, FileProblems problems)
      throws IOException {
    MessageDigest digest = Container.sha256();
    for (long left = entry.length(); left > 0; ) {
      int n = (int) Math.min(chunk.length, left);
      next(chunk, n);
      digest.update(chunk, 0, n);
      into.take(Elements.buffer(chunk, n));
      left -= n;
    }
    String what = "tensor " + Text.quoted(entry.tensor().name());
    if (!HexFormat.of().formatHex(digest.digest()).equals(entry.tensor().sha256())) {
      long start = dataStart + entry.offset();
      throw problems.damaged(what, start, start + entry.length(), "SHA-256");
    }
    String problem = into.problem();
    if (problem != null) {
      throw problems.invalid(what + " " + problem);
    }
  }
}
