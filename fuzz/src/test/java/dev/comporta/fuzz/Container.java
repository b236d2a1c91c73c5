package dev.comporta.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Mends what a mutation breaks in a model file before the reader comes to anything of interest: the
 * header and the checksums of docs/formats/model-file.md.
 */
final class Container {
  private static final byte[] MAGIC = {(byte) 0x89, 'C', 'O', 'M', 'P', '\r', '\n', 0x1a};
  private static final int HEADER = 32;
  private static final int DIGEST = 32;

  private Container() {}

  static byte[] sealed(byte[] input) {
    if (input.length < HEADER + DIGEST) {
      return input;
    }
    byte[] file = input.clone();
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).putInt(1);
    int manifest = Math.floorMod(buffer.getInt(12), file.length - HEADER - DIGEST + 1);
    buffer.putInt(12, manifest).putLong(16, file.length);
    buffer.putInt(24, crc(file, HEADER, manifest)).putInt(28, crc(file, 0, 28));
    System.arraycopy(
        digest(Arrays.copyOf(file, file.length - DIGEST)), 0, file, file.length - DIGEST, DIGEST);
    return file;
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
