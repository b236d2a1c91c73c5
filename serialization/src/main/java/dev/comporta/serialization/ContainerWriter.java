package dev.comporta.serialization;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/** Writes one file to a stream sequentially. */
final class ContainerWriter {
  private final OutputStream out;
  private final MessageDigest whole = Container.sha256();
  private boolean hashing = true;
  private long position;

  private ContainerWriter(OutputStream out) {
    this.out = out;
  }

  static void write(OutputStream out, int format, byte[] manifest, List<Elements> tensors)
      throws IOException {
    ContainerWriter writer = new ContainerWriter(out);
    long end = Container.aligned(Container.HEADER_BYTES + (long) manifest.length);
    for (Elements tensor : tensors) {
      end = Container.aligned(end) + tensor.byteLength();
    }
    byte[] header = Container.header(format, manifest, end + Container.CHECKSUM_BYTES);
    writer.put(header, header.length);
    writer.put(manifest, manifest.length);
    writer.pad();
    // Format 2 hashes each byte once: here those before the tensors, which have hashes of their
    // own.
    writer.hashing = format == Container.FIRST_FORMAT;
    byte[] chunk = new byte[Elements.CHUNK_BYTES];
    ByteBuffer buffer = Elements.buffer(chunk, chunk.length);
    for (Elements tensor : tensors) {
      writer.pad();
      byte[] head = tensor.head();
      writer.put(head, head.length);
      for (int next = 0; next < tensor.count(); ) {
        next = tensor.encode(next, buffer.clear());
        writer.put(chunk, buffer.position());
      }
    }
    out.write(writer.whole.digest());
  }

  private void pad() throws IOException {
    int zeros = (int) (Container.aligned(position) - position);
    put(new byte[zeros], zeros);
  }

  private void put(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    if (hashing) {
      whole.update(bytes, 0, length);
    }
    position += length;
  }

  /** The SHA-256 of a tensor's bytes. */
  static byte[] sha256(Elements tensor) {
    MessageDigest digest = Container.sha256();
    digest.update(tensor.head());
    byte[] chunk = new byte[Elements.CHUNK_BYTES];
    ByteBuffer buffer = Elements.buffer(chunk, chunk.length);
    for (int next = 0; next < tensor.count(); ) {
      next = tensor.encode(next, buffer.clear());
      digest.update(chunk, 0, buffer.position());
    }
    return digest.digest();
  }
}
