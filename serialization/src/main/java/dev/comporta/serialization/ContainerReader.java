package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.serialization.ModelFileException.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Reads one file sequentially as untrusted input: every length is compared with the length of the
 * file before memory is allocated, and every byte is covered by a checksum that identifies the
 * damaged part.
 */
final class ContainerReader implements AutoCloseable {
  /** Takes the elements of a tensor, chunk by chunk. */
  @FunctionalInterface
  interface Decoder {
    /** Takes a whole buffer of elements from {@code at} on; returns the next to take. */
    int decode(int at, ByteBuffer buffer);
  }

  /** What messages call the file. */
  private final String name;

  private final RandomAccessFile file;
  private final long fileLength;
  private final long dataStart;
  private final byte[] manifest;
  private final MessageDigest whole = Container.sha256();
  private final byte[] chunk = new byte[Elements.CHUNK_BYTES];
  private long position;
  private int format = Container.FORMAT;

  /** Opens a file and checks its header, its length and its manifest. */
  ContainerReader(Path path) {
    this(path, path.toString());
  }

  /** Opens a file that messages call by another name. */
  ContainerReader(Path path, String name) {
    this.name = name;
    this.file = open(path);
    try {
      this.fileLength = file.length();
      ByteBuffer header = readHeader();
      long manifestLength = Integer.toUnsignedLong(header.getInt(12));
      checkLengths(header.getLong(16), manifestLength);
      this.manifest = new byte[(int) manifestLength];
      file.readFully(manifest);
      if (Container.crc32(manifest, manifest.length) != header.getInt(24)) {
        throw damaged("its manifest", position, position + manifestLength, "CRC-32");
      }
      whole.update(manifest);
      position += manifestLength;
      this.dataStart = Container.aligned(position);
      skipPadding(dataStart);
    } catch (IOException e) {
      ModelFileException problem = unreadable(name, e);
      close();
      throw problem;
    } catch (ModelFileException e) {
      close();
      throw e;
    }
  }

  private static RandomAccessFile open(Path path) {
    if (path.getFileSystem() != FileSystems.getDefault()) {
      throw new ModelFileException(
          Problem.UNREADABLE,
          formatted("cannot read %s: expected a file on a local disk; copy it there first", path));
    }
    if (!Files.exists(path)) {
      throw new ModelFileException(
          Problem.MISSING, formatted("there is no file %s; check the name", path));
    }
    if (!Files.isRegularFile(path)) {
      throw new ModelFileException(
          Problem.UNREADABLE,
          formatted(
              "cannot read %s: expected a model file but it is %s; specify a file",
              path, Files.isDirectory(path) ? "a folder" : "not a regular file"));
    }
    if (!Files.isReadable(path)) {
      throw new ModelFileException(
          Problem.UNREADABLE,
          formatted("cannot read %s: permission denied; ask its owner for access", path));
    }
    try {
      return new RandomAccessFile(path.toFile(), "r");
    } catch (IOException e) {
      throw unreadable(path.toString(), e);
    }
  }

  private static ModelFileException unreadable(String name, IOException e) {
    if (e instanceof EOFException) {
      return new ModelFileException(
          Problem.CUT,
          formatted(
              "%s is truncated: it became shorter while it was being read; use another copy of the file",
              name),
          e);
    }
    return new ModelFileException(
        Problem.UNREADABLE, formatted("cannot read %s: %s", name, e.getMessage()), e);
  }

  private ByteBuffer readHeader() throws IOException {
    if (fileLength == 0) {
      throw new ModelFileException(
          Problem.CUT, formatted("%s is empty; use another copy of the file", name));
    }
    int known = (int) Math.min(fileLength, Container.HEADER_BYTES);
    byte[] bytes = new byte[known];
    file.readFully(bytes);
    byte[] magic = Container.magic();
    int compared = Math.min(known, magic.length);
    if (!Arrays.equals(bytes, 0, compared, magic, 0, compared)) {
      throw new ModelFileException(
          Problem.NOT_A_MODEL_FILE,
          formatted(
              "%s is not a Comporta model file: expected it to begin with the bytes %s but got %s",
              name, hex(magic, compared), hex(bytes, compared)));
    }
    if (known < Container.HEADER_BYTES) {
      throw cut(
          formatted("it has %d bytes but the header alone has %d", known, Container.HEADER_BYTES));
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    boolean intact = Container.crc32(bytes, 28) == header.getInt(28);
    long format = Integer.toUnsignedLong(header.getInt(8));
    if (format > Container.FORMAT) {
      throw new ModelFileException(
          intact ? Problem.NEWER : Problem.DAMAGED,
          formatted(
              "%s has format %d but this version reads formats up to %d; update Comporta%s",
              name,
              format,
              Container.FORMAT,
              intact
                  ? ""
                  : ", or use another copy if the file is damaged: the CRC-32 of its header"
                      + " (bytes 0 to 31) is wrong"));
    }
    if (!intact) {
      throw damaged("its header", 0, Container.HEADER_BYTES, "CRC-32");
    }
    if (format == 0) {
      throw invalid("its format is 0, but formats are numbered from 1");
    }
    this.format = (int) format;
    whole.update(bytes);
    position = known;
    return header;
  }

  private void checkLengths(long recorded, long manifestLength) {
    if (fileLength < recorded) {
      throw cut(formatted("it ends at byte %d but should end at byte %d", fileLength, recorded));
    }
    if (fileLength != recorded) {
      throw new ModelFileException(
          Problem.DAMAGED,
          formatted(
              "%s is damaged: it should end at byte %d but ends at byte %d; use another copy of the file",
              name, recorded, fileLength));
    }
    if (manifestLength > Container.MAX_MANIFEST_BYTES) {
      throw invalid(
          formatted(
              "its manifest claims %d bytes but the limit is %d",
              manifestLength, Container.MAX_MANIFEST_BYTES));
    }
    long least =
        Container.aligned(Container.HEADER_BYTES + manifestLength) + Container.CHECKSUM_BYTES;
    if (least > fileLength) {
      throw invalid(
          formatted(
              "its manifest claims bytes %d to %d of a file of %d bytes",
              Container.HEADER_BYTES, Container.HEADER_BYTES + manifestLength - 1, fileLength));
    }
  }

  /** The bytes of the manifest; their checksum is verified, their content is not. */
  byte[] manifest() {
    return manifest;
  }

  /** The format of the file. */
  int format() {
    return format;
  }

  long fileLength() {
    return fileLength;
  }

  /** The number of bytes between the manifest's padding and the checksum. */
  long dataLength() {
    return fileLength - Container.CHECKSUM_BYTES - dataStart;
  }

  /** Rejects tensors that do not fit into the heap, before any of them is allocated. */
  void checkMemory() {
    long most = Runtime.getRuntime().maxMemory();
    if (dataLength() > most) {
      throw new ModelFileException(
          Problem.TOO_LARGE,
          formatted(
              "the tensors of %s need %d MiB of memory but Java may use %d MiB; start it with a larger -Xmx",
              name, (dataLength() >> 20) + 1, most >> 20));
    }
  }

  /**
   * Reads the next tensor and checks its SHA-256.
   *
   * @param tensor which, for the message
   * @param offset where it begins in the data section
   * @param length its bytes, known to lie within the data section
   * @param into where the elements go
   */
  void readTensor(ModelDescription.StoredTensor tensor, long offset, long length, Decoder into) {
    try {
      skipPadding(dataStart + offset);
      long start = position;
      long end = start + length;
      MessageDigest digest = Container.sha256();
      int next = 0;
      while (position < end) {
        int n = (int) Math.min(chunk.length, end - position);
        file.readFully(chunk, 0, n);
        whole.update(chunk, 0, n);
        digest.update(chunk, 0, n);
        next = into.decode(next, Elements.buffer(chunk, n));
        position += n;
      }
      if (!HexFormat.of().formatHex(digest.digest()).equals(tensor.sha256())) {
        throw damaged("tensor " + Text.quoted(tensor.name()), start, end, "SHA-256");
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private void skipPadding(long to) throws IOException {
    int n = (int) (to - position);
    byte[] padding = new byte[n];
    file.readFully(padding);
    whole.update(padding);
    for (int i = 0; i < n; i++) {
      if (padding[i] != 0) {
        throw new ModelFileException(
            Problem.DAMAGED,
            formatted(
                "%s is damaged: byte %d is padding and should be 0 but is %d; use another copy of the file",
                name, position + i, padding[i] & 0xFF));
      }
    }
    position = to;
  }

  /** Checks the checksum of the whole file, after the last tensor. */
  void finish() {
    try {
      byte[] recorded = new byte[Container.CHECKSUM_BYTES];
      file.readFully(recorded);
      if (!MessageDigest.isEqual(recorded, whole.digest())) {
        throw damaged("its checksum", position, fileLength, "SHA-256");
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Creates an error about this file's content. */
  ModelFileException refuse(Problem problem, String clause) {
    return new ModelFileException(
        problem,
        formatted("%s is not a valid model file: %s; use another copy of the file", name, clause));
  }

  private ModelFileException invalid(String clause) {
    return refuse(Problem.INVALID, clause);
  }

  private ModelFileException cut(String what) {
    return new ModelFileException(
        Problem.CUT, formatted("%s is truncated: %s; use another copy of the file", name, what));
  }

  private ModelFileException damaged(String part, long start, long end, String checksum) {
    return new ModelFileException(
        Problem.DAMAGED,
        formatted(
            "%s is damaged in %s (bytes %d to %d): the %s does not match the recorded one; use another copy of the file",
            name, part, start, end - 1, checksum));
  }

  private static String hex(byte[] bytes, int length) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, length);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }
}
