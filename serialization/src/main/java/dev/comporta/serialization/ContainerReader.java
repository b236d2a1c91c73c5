package dev.comporta.serialization;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.serialization.ManifestCodec.Entry;
import dev.comporta.serialization.ModelFileException.Problem;
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
 * Reads one file sequentially, or maps it, as untrusted input: every length is compared with the
 * length of the file before memory is allocated, and every byte is covered by a checksum that
 * identifies the damaged part.
 */
final class ContainerReader implements AutoCloseable {
  private final FileProblems problems;
  private final RandomAccessFile file;
  private final long fileLength;
  private final long dataStart;
  private final byte[] manifest;
  private final MessageDigest whole = Container.sha256();
  private final byte[] chunk = new byte[Elements.CHUNK_BYTES];
  private long position;
  private int format = Container.FORMAT;
  private boolean mapped;

  /** Opens a file and checks its header, its length and its manifest. */
  ContainerReader(Path path) {
    this(path, path.toString());
  }

  /** Opens a file that messages call by another name. */
  ContainerReader(Path path, String name) {
    this.problems = new FileProblems(name);
    this.file = open(path);
    try {
      this.fileLength = file.length();
      ByteBuffer header = readHeader();
      long manifestLength = Integer.toUnsignedLong(header.getInt(12));
      checkLengths(header.getLong(16), manifestLength);
      this.manifest = new byte[(int) manifestLength];
      file.readFully(manifest);
      if (Container.crc32(manifest, manifest.length) != header.getInt(24)) {
        throw problems.damaged("its manifest", position, position + manifestLength, "CRC-32");
      }
      whole.update(manifest);
      position += manifestLength;
      this.dataStart = Container.aligned(position);
      skipPadding(dataStart);
      if (format > Container.FIRST_FORMAT) {
        file.seek(fileLength - Container.CHECKSUM_BYTES);
        checkDigest();
        file.seek(dataStart);
      }
    } catch (IOException e) {
      ModelFileException problem = problems.unreadable(e);
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
      throw new FileProblems(path.toString()).unreadable(e);
    }
  }

  private ByteBuffer readHeader() throws IOException {
    if (fileLength == 0) {
      throw new ModelFileException(
          Problem.CUT, formatted("%s is empty; use another copy of the file", problems.name()));
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
              problems.name(), hex(magic, compared), hex(bytes, compared)));
    }
    if (known < Container.HEADER_BYTES) {
      throw problems.cut(
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
              problems.name(),
              format,
              Container.FORMAT,
              intact
                  ? ""
                  : ", or use another copy if the file is damaged: the CRC-32 of its header"
                      + " (bytes 0 to 31) is wrong"));
    }
    if (!intact) {
      throw problems.damaged("its header", 0, Container.HEADER_BYTES, "CRC-32");
    }
    if (format == 0) {
      throw problems.invalid("its format is 0, but formats are numbered from 1");
    }
    this.format = (int) format;
    whole.update(bytes);
    position = known;
    return header;
  }

  private void checkLengths(long recorded, long manifestLength) {
    if (fileLength < recorded) {
      throw problems.cut(
          formatted("it ends at byte %d but should end at byte %d", fileLength, recorded));
    }
    if (fileLength != recorded) {
      throw problems.damaged(
          formatted("it should end at byte %d but ends at byte %d", recorded, fileLength));
    }
    if (manifestLength > Container.MAX_MANIFEST_BYTES) {
      throw problems.invalid(
          formatted(
              "its manifest claims %d bytes but the limit is %d",
              manifestLength, Container.MAX_MANIFEST_BYTES));
    }
    long least =
        Container.aligned(Container.HEADER_BYTES + manifestLength) + Container.CHECKSUM_BYTES;
    if (least > fileLength) {
      throw problems.invalid(
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

  /** Makes the errors about this file. */
  FileProblems problems() {
    return problems;
  }

  /**
   * Reads the next tensor and checks its SHA-256.
   *
   * @param entry which, known to lie within the data section
   * @param into where the elements go
   */
  void readTensor(Entry entry, TensorDecoder into) {
    try {
      skipPadding(dataStart + entry.offset());
      VerifiedBytes bytes =
          (target, length) -> {
            file.readFully(target, 0, length);
            if (format == Container.FIRST_FORMAT) {
              whole.update(target, 0, length);
            }
            position += length;
          };
      bytes.read(entry, dataStart, chunk, into, problems);
    } catch (IOException e) {
      throw problems.unreadable(e);
    }
  }

  private void skipPadding(long to) throws IOException {
    byte[] padding = new byte[(int) (to - position)];
    file.readFully(padding);
    whole.update(padding);
    problems.requireZeros(padding, position);
    position = to;
  }

  /** Checks what covers the whole file, after the last tensor. */
  void finish() {
    if (format == Container.FIRST_FORMAT) {
      try {
        checkDigest();
      } catch (IOException e) {
        throw problems.unreadable(e);
      }
    }
  }

  private void checkDigest() throws IOException {
    byte[] recorded = new byte[Container.CHECKSUM_BYTES];
    file.readFully(recorded);
    if (!MessageDigest.isEqual(recorded, whole.digest())) {
      throw problems.damaged(
          "its checksum", fileLength - Container.CHECKSUM_BYTES, fileLength, "SHA-256");
    }
  }

  /** Maps the tensors, which stay readable when this is closed. Only for format 2. */
  MappedTensors map() {
    try {
      mapped = true;
      return MappedTensors.map(problems, file, dataStart, dataLength());
    } catch (IOException e) {
      mapped = false;
      throw problems.unreadable(e);
    }
  }

  private static String hex(byte[] bytes, int length) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, length);
  }

  @Override
  public void close() {
    if (mapped) {
      return; // the tensors have the file now
    }
    try {
      file.close();
    } catch (IOException e) {
      throw problems.unreadable(e);
    }
  }
}
