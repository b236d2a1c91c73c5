package dev.comporta.serialization.safetensors;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.UnknownNameException;
import dev.comporta.serialization.ModelFileException;
import dev.comporta.serialization.ModelFileException.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A Safetensors file: an eight-byte length, a JSON header of that length, then the bytes of the
 * tensors, all little-endian. {@link #open} reads and checks only the header; each tensor is read
 * when it is requested.
 *
 * <p>A file is untrusted input: every size is checked against the length of the file, tensors must
 * be contiguous without overlap, and an invalid file is rejected with a {@link ModelFileException}.
 * The format is specified in the Safetensors project's README.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SafetensorsFile {
  /** The maximum length of the header in bytes, as in the reference implementation. */
  public static final int LONGEST_HEADER = 100_000_000;

  private static final int LENGTH_BYTES = 8;
  private static final int CHUNK_BYTES = 1 << 16;

  private final Path path;
  private final long dataStart;
  private final Map<String, String> metadata;
  private final Map<String, StoredTensor> tensors;

  private SafetensorsFile(Path path, long dataStart, SafetensorsHeader header) {
    this.path = path;
    this.dataStart = dataStart;
    this.metadata = Collections.unmodifiableMap(header.metadata());
    this.tensors = Collections.unmodifiableMap(header.tensors());
  }

  /**
   * Reads and checks the header.
   *
   * @param path the path of the file
   * @return the file; no file handle stays open
   * @throws ModelFileException if the file cannot be read or is not in this format
   */
  public static SafetensorsFile open(Path path) {
    if (!Files.exists(path)) {
      throw new ModelFileException(
          Problem.MISSING, formatted("there is no file %s; check the name", path));
    }
    if (!Files.isRegularFile(path)) {
      throw new ModelFileException(
          Problem.UNREADABLE,
          formatted(
              "cannot read %s: expected a file but it is %s; specify a file",
              path, Files.isDirectory(path) ? "a folder" : "not a regular file"));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long fileLength = channel.size();
      if (fileLength < LENGTH_BYTES) {
        throw new ModelFileException(
            Problem.CUT,
            formatted(
                "%s is truncated: it has %d bytes, fewer than the %d of the header length; use another copy of the file",
                path, fileLength, LENGTH_BYTES));
      }
      long length = buffer(channel, 0, LENGTH_BYTES).getLong();
      if (length < 2 || length > LONGEST_HEADER) {
        throw refuse(
            path,
            formatted(
                "its first 8 bytes specify a header of %s bytes; expected 2 to %d",
                Long.toUnsignedString(length), LONGEST_HEADER));
      }
      if (length > fileLength - LENGTH_BYTES) {
        throw new ModelFileException(
            Problem.CUT,
            formatted(
                "%s is truncated: its header has %d bytes but only %d follow; use another copy of the file",
                path, length, fileLength - LENGTH_BYTES));
      }
      byte[] json = buffer(channel, LENGTH_BYTES, (int) length).array();
      long dataStart = LENGTH_BYTES + length;
      return new SafetensorsFile(
          path,
          dataStart,
          SafetensorsHeader.parse(json, fileLength - dataStart, clause -> refuse(path, clause)));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static ByteBuffer buffer(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(channel, from, buffer);
    return buffer;
  }

  private static void fill(FileChannel channel, long from, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
    buffer.flip();
  }

  private static ModelFileException refuse(Path path, String clause) {
    return new ModelFileException(
        Problem.INVALID,
        formatted(
            "%s is not a valid Safetensors file: %s; use another copy of the file", path, clause));
  }

  private static ModelFileException unreadable(Path path, IOException e) {
    if (e instanceof EOFException) {
      return new ModelFileException(
          Problem.CUT,
          formatted(
              "%s is truncated: it became shorter while it was being read; use another copy of the file",
              path),
          e);
    }
    return new ModelFileException(
        Problem.UNREADABLE, formatted("cannot read %s: %s", path, e.getMessage()), e);
  }

  /**
   * The path of the file.
   *
   * @return the path as passed to {@link #open}
   */
  public Path path() {
    return path;
  }

  /**
   * The entries of the header's {@code __metadata__}.
   *
   * @return the texts by name, in file order; empty if there are none
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The tensors of the file.
   *
   * @return the tensors by name, in header order
   */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * One tensor.
   *
   * @param name its name
   * @return its type, shape and location
   * @throws UnknownNameException if there is none
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new UnknownNameException("tensor of " + path.getFileName(), name, tensors.keySet());
    }
    return tensor;
  }

  /**
   * Reads a tensor of any type as double. Integers are exact up to 2^53.
   *
   * @param name its name
   * @return its elements, row-major
   * @throws UnknownNameException if there is none
   * @throws ModelFileException if the file can no longer be read
   */
  public double[] doubles(String name) {
    StoredTensor tensor = tensor(name);
    double[] values = new double[tensor.shape().count()];
    Dtype dtype = tensor.dtype();
    read(
        tensor,
        (buffer, i) -> values[i] = dtype.isWhole() ? dtype.whole(buffer) : dtype.real(buffer));
    return values;
  }

  /**
   * Reads a tensor of any type as float; F64 and large integers are rounded to nearest.
   *
   * @param name its name
   * @return its elements, row-major
   * @throws UnknownNameException if there is none
   * @throws ModelFileException if the file can no longer be read
   */
  public float[] floats(String name) {
    StoredTensor tensor = tensor(name);
    float[] values = new float[tensor.shape().count()];
    Dtype dtype = tensor.dtype();
    read(
        tensor,
        (buffer, i) ->
            values[i] = dtype.isWhole() ? (float) dtype.whole(buffer) : (float) dtype.real(buffer));
    return values;
  }

  /**
   * Reads a tensor of an integer type.
   *
   * @param name its name
   * @return its elements, row-major
   * @throws UnknownNameException if there is none
   * @throws ModelFileException if its type is not an integer type, an element does not fit into an
   *     int, or the file can no longer be read
   */
  public int[] ints(String name) {
    StoredTensor tensor = tensor(name);
    Dtype dtype = tensor.dtype();
    if (!dtype.isWhole()) {
      throw new ModelFileException(
          Problem.MISMATCH,
          formatted(
              "%s: expected integers in tensor %s but got %s",
              path, SafetensorsHeader.quoted(name), dtype));
    }
    int[] values = new int[tensor.shape().count()];
    read(
        tensor,
        (buffer, i) -> {
          long value = dtype.whole(buffer);
          if (value != (int) value) {
            throw new ModelFileException(
                Problem.MISMATCH,
                formatted(
                    "%s: expected whole numbers of 32 bits in tensor %s but element %d is %d",
                    path, SafetensorsHeader.quoted(name), i, value));
          }
          values[i] = (int) value;
        });
    return values;
  }

  /** Reads one element from a buffer. */
  private interface Element {
    void take(ByteBuffer buffer, int index);
  }

  private void read(StoredTensor tensor, Element element) {
    int width = tensor.dtype().bytes();
    int count = tensor.shape().count();
    int atOnce = CHUNK_BYTES / width;
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      for (int from = 0; from < count; from += atOnce) {
        int n = Math.min(atOnce, count - from);
        buffer.clear().limit(n * width);
        fill(channel, dataStart + tensor.begin() + (long) from * width, buffer);
        for (int i = from; i < from + n; i++) {
          element.take(buffer, i);
        }
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }
}
