package dev.comporta.serialization;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;

/**
 * The layout of a file, as specified in {@code docs/formats/model-file.md}: header, manifest,
 * padding, tensor data aligned to 64 bytes, and a SHA-256: in format 1 of everything before it, in
 * format 2 of everything before the tensor data.
 */
final class Container {
  /** The oldest format, which is only read. */
  static final int FIRST_FORMAT = 1;

  /** The format that is written, and the newest that can be read. */
  static final int FORMAT = 2;

  static final int HEADER_BYTES = 32;
  static final int CHECKSUM_BYTES = 32;
  static final int ALIGNMENT = 64;

  /** Larger manifests are rejected. */
  static final int MAX_MANIFEST_BYTES = 16 << 20;

  private static final byte[] MAGIC = {(byte) 0x89, 'C', 'O', 'M', 'P', '\r', '\n', 0x1A};

  private Container() {}

  /** A copy of the first eight bytes of every file. */
  static byte[] magic() {
    return MAGIC.clone();
  }

  /** The next multiple of the alignment; positions are far below 2^63. */
  static long aligned(long position) {
    return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The first 32 bytes of a file. */
  static byte[] header(int format, byte[] manifest, long fileLength) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC);
    header.putInt(format);
    header.putInt(manifest.length);
    header.putLong(fileLength);
    header.putInt(crc32(manifest, manifest.length));
    header.putInt(crc32(header.array(), HEADER_BYTES - Integer.BYTES));
    return header.array();
  }

  static int crc32(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
