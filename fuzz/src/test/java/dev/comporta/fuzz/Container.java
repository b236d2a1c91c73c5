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
    return sealed(input, Math.floorMod(input.length > 8 ? input[8] - 1 : 0, 2) + 1);
  }

  /** The same in format 1 or 2, whose layouts are the same except for the digest at the end. */
  static byte[] sealed(byte[] input, int format) {
    if (input.length < HEADER + DIGEST) {
      return input;
    }
    byte[] file = input.clone();
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(MAGIC).putInt(format);
    int manifest = Math.floorMod(buffer.getInt(12), file.length - HEADER - DIGEST + 1);
    int data = Math.min((HEADER + manifest + 63) / 64 * 64, file.length - DIGEST);
    new Tensors(file, data).seal(HEADER, HEADER + manifest, MANIFEST);
    buffer.putInt(12, manifest).putLong(16, file.length);
    buffer.putInt(24, crc(file, HEADER, manifest)).putInt(28, crc(file, 0, 28));
    int covered = format == 1 ? file.length - DIGEST : data;
    System.arraycopy(digest(Arrays.copyOf(file, covered)), 0, file, file.length - DIGEST, DIGEST);
    return file;
  }

  /** Where a message is: the manifest, its training state, a tensor. */
  private static final int MANIFEST = 0;

  private static final int TRAINING = 1;
  private static final int TENSOR = 2;

  /** Mends the digests of tensors, as far as the manifest can be read. */
  private static final class Tensors {
    private final byte[] file;
    private final int data;
    private int at;

    Tensors(byte[] file, int data) {
      this.file = file;
      this.data = data;
    }

    void seal(int start, int end, int kind) {
      long offset = 0;
      long length = 0;
      int digest = -1;
      at = start;
      while (at < end) {
        long tag = varint(end);
        int field = (int) (tag >>> 3);
        switch ((int) (tag & 7)) {
          case 0 -> {
            long value = varint(end);
            offset = field == 4 ? value : offset;
            length = field == 5 ? value : length;
          }
          case 1 -> at += Long.BYTES;
          case 2 -> {
            long size = varint(end);
            if (size < 0 || size > end - at) {
              return;
            }
            int next = at + (int) size;
            boolean tensors =
                kind == MANIFEST && field == 3 || kind == TRAINING && (field == 2 || field == 3);
            if (tensors || kind == MANIFEST && field == 7) {
              seal(at, next, tensors ? TENSOR : TRAINING);
            } else if (kind == TENSOR && field == 6 && size == DIGEST) {
              digest = at;
            }
            at = next;
          }
          default -> {
            return;
          }
        }
      }
      long room = file.length - DIGEST - data;
      if (digest >= 0 && offset >= 0 && offset <= room && length >= 0 && length <= room - offset) {
        int from = data + (int) offset;
        byte[] right = digest(Arrays.copyOfRange(file, from, from + (int) length));
        System.arraycopy(right, 0, file, digest, DIGEST);
      }
    }

    private long varint(int end) {
      long value = 0;
      for (int shift = 0; at < end && shift < 70; shift += 7) {
        byte next = file[at++];
        value |= (long) (next & 0x7F) << shift;
        if (next >= 0) {
          break;
        }
      }
      return value;
    }
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
