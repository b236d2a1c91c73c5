package dev.comporta.serialization.safetensors;

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
 * A Safetensors file: a length of eight bytes, a header in JSON of that length, then the tensors'
 * bytes, all little-endian. {@link #open} reads and checks the header alone; tensors are read one
 * at a time when they are asked for.
 *
 * <p>A file is untrusted input: no size is believed before it is checked against the file, tensors
 * must lie side by side without overlap, and what does not fit is refused in one sentence ({@link
 * ModelFileException}). The format is that of the Safetensors project's README.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class SafetensorsFile {
  /** The longest header, in bytes, as in the format's own implementation. */
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
   * @param path which file
   * @return the file; nothing stays open
   * @throws ModelFileException if it cannot be read or is not in this format
   */
  public static SafetensorsFile open(Path path) {
    if (!Files.exists(path)) {
      throw new ModelFileException(
          Problem.MISSING, "there is no file %s; check the name".formatted(path));
    }
    if (!Files.isRegularFile(path)) {
      throw new ModelFileException(
          Problem.UNREADABLE,
          "cannot read %s: expected a file but it is %s; name a file"
              .formatted(path, Files.isDirectory(path) ? "a folder" : "no ordinary file"));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long fileLength = channel.size();
      if (fileLength < LENGTH_BYTES) {
        throw new ModelFileException(
            Problem.CUT,
            "%s is cut: it has %d bytes, fewer than the %d of the header's length; use another copy of the file"
                .formatted(path, fileLength, LENGTH_BYTES));
      }
      long length = buffer(channel, 0, LENGTH_BYTES).getLong();
      if (length < 2 || length > LONGEST_HEADER) {
        throw refuse(
            path,
            "its first 8 bytes give a header of %s bytes; expected 2 to %d"
                .formatted(Long.toUnsignedString(length), LONGEST_HEADER));
      }
      if (length > fileLength - LENGTH_BYTES) {
        throw new ModelFileException(
            Problem.CUT,
            "%s is cut: its header has %d bytes but %d follow; use another copy of the file"
                .formatted(path, length, fileLength - LENGTH_BYTES));
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
        "%s is no valid Safetensors file: %s; use another copy of the file"
            .formatted(path, clause));
  }

  private static ModelFileException unreadable(Path path, IOException e) {
    if (e instanceof EOFException) {
      return new ModelFileException(
          Problem.CUT,
          "%s is cut: it became shorter while it was read; use another copy of the file"
              .formatted(path),
          e);
    }
    return new ModelFileException(
        Problem.UNREADABLE, "cannot read %s: %s".formatted(path, e.getMessage()), e);
  }

  /**
   * The file.
   *
   * @return its path as given
   */
  public Path path() {
    return path;
  }

  /**
   * The texts in the header's {@code __metadata__}.
   *
   * @return by name, in the order of the file; empty if there are none
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * What the file holds.
   *
   * @return by name, in the order of the header
   */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * One tensor.
   *
   * @param name its name
   * @return where it lies
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
   * Reads a tensor of any type as double. Whole numbers are exact up to 2^53.
   *
   * @param name its name
   * @return its elements, row-major
   * @throws ModelFileException if the file cannot be read any more
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
   * Reads a tensor of any type as float; F64 and large whole numbers are rounded to nearest.
   *
   * @param name its name
   * @return its elements, row-major
   * @throws ModelFileException if the file cannot be read any more
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
   * Reads a tensor of a whole type.
   *
   * @param name its name
   * @return its elements, row-major
   * @throws ModelFileException if its type is not whole, an element does not fit an int, or the
   *     file cannot be read any more
   */
  public int[] ints(String name) {
    StoredTensor tensor = tensor(name);
    Dtype dtype = tensor.dtype();
    if (!dtype.isWhole()) {
      throw new ModelFileException(
          Problem.MISMATCH,
          "%s: expected whole numbers in tensor %s but got %s"
              .formatted(path, SafetensorsHeader.quoted(name), dtype));
    }
    int[] values = new int[tensor.shape().count()];
    read(
        tensor,
        (buffer, i) -> {
          long value = dtype.whole(buffer);
          if (value != (int) value) {
            throw new ModelFileException(
                Problem.MISMATCH,
                "%s: expected whole numbers of 32 bits in tensor %s but element %d is %d"
                    .formatted(path, SafetensorsHeader.quoted(name), i, value));
          }
          values[i] = (int) value;
        });
    return values;
  }

  /** Takes one element out of a buffer. */
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
