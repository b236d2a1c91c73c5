package dev.comporta.training.data;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apiguardian.api.API;

/**
 * Ids in a file of their own, for sequences that are larger than the memory: written once, then
 * mapped, so that the operating system keeps in memory what is being read. The file, 4 bytes for
 * each id, has no name any more from the moment it is open, where the system can do that, and goes
 * when this is closed or the process ends, however it ends. Writing is for one thread; reading for
 * any number of them.
 */
@API(status = API.Status.EXPERIMENTAL)
public final class IdFile implements IdSequence, AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
  private final Arena arena = Arena.ofShared();
  private MemorySegment mapped = MemorySegment.NULL;
  private long size;
  private boolean complete;

  private IdFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates an empty file.
   *
   * @param directory the directory of the file
   * @return the file; fill it with {@link #add} and finish it with {@link #complete}
   * @throws ComportaException if no file can be created there
   */
  public static IdFile create(Path directory) {
    try {
      Path path = Files.createTempFile(directory, "comporta-", ".ids");
      return new IdFile(
          path,
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)); // POSIX systems delete the name at once
    } catch (IOException e) {
      throw new ComportaException(
          formatted(
              "[ids] cannot create a file in %s for ids that do not fit into memory: %s",
              directory, e),
          e);
    }
  }

  /**
   * Appends an id.
   *
   * @param id any number
   * @throws ComportaException if it cannot be written, for example because the disk is full
   */
  public void add(int id) {
    if (complete) {
      throw new IllegalStateException("[ids] expected no more ids after the file was completed");
    }
    if (!buffer.hasRemaining()) {
      flush();
    }
    buffer.putInt(id);
    size++;
  }

  private void flush() {
    try {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    } catch (IOException e) {
      throw new ComportaException(formatted("[ids] cannot write %s: %s", path, e), e);
    }
  }

  /**
   * Finishes writing.
   *
   * @return this sequence, ready to be read
   * @throws ComportaException if the file cannot be written or mapped
   */
  public IdFile complete() {
    flush();
    try {
      mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size * Integer.BYTES, arena);
    } catch (IOException e) {
      throw new ComportaException(formatted("[ids] cannot map %s into memory: %s", path, e), e);
    }
    complete = true;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int get(long index) {
    return mapped.getAtIndex(ValueLayout.JAVA_INT, index);
  }

  /** Unmaps and deletes the file. */
  @Override
  public void close() {
    arena.close();
    try {
      channel.close(); // and remove it, where it still has a name
    } catch (IOException e) {
      throw new ComportaException(formatted("[ids] cannot delete %s: %s", path, e), e);
    }
  }
}
