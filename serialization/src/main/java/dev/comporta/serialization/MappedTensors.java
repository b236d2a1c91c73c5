package dev.comporta.serialization;

import dev.comporta.serialization.ManifestCodec.Entry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel.MapMode;

/**
 * The data section of a file of format 2 in memory. Each tensor is verified whenever it is read.
 * Any number of threads may read at once. The mapping ends when nothing refers to it any more; a
 * file that replaces this one under its name does not change it.
 */
final class MappedTensors {
  private final FileProblems problems;
  private final RandomAccessFile file; // open until it is unreachable: tells whether it was cut
  private final long fileLength;
  private final long dataStart;
  private final MemorySegment data;

  private MappedTensors(
      FileProblems problems,
      RandomAccessFile file,
      long fileLength,
      long dataStart,
      MemorySegment data) {
    this.problems = problems;
    this.file = file;
    this.fileLength = fileLength;
    this.dataStart = dataStart;
    this.data = data;
  }

  /**
   * Maps the data section.
   *
   * @param file the file, whose header and manifest have been checked; it is kept
   * @throws ClosedByInterruptException if the thread is interrupted, which closes the file
   */
  static MappedTensors map(
      FileProblems problems, RandomAccessFile file, long dataStart, long dataLength)
      throws IOException {
    MemorySegment data =
        file.getChannel().map(MapMode.READ_ONLY, dataStart, dataLength, Arena.ofAuto());
    return new MappedTensors(problems, file, file.length(), dataStart, data);
  }

  /** Reads one tensor and verifies it with the padding in front of it. */
  void read(Entry entry, TensorDecoder into) {
    byte[] chunk = new byte[(int) Math.min(Elements.CHUNK_BYTES, Math.max(1, entry.length()))];
    long[] position = {entry.offset()};
    try {
      requireWhole();
      byte[] padding = new byte[(int) (entry.offset() - entry.before())];
      copy(entry.before(), padding, padding.length);
      problems.requireZeros(padding, dataStart + entry.before());
      VerifiedBytes bytes =
          (target, length) -> {
            copy(position[0], target, length);
            position[0] += length;
          };
      bytes.read(entry, dataStart, chunk, into, problems);
    } catch (InternalError e) { // a page of the mapping that the system cannot provide
      requireWhole();
      throw problems.unreadable(new IOException("the disk cannot provide its bytes", e));
    } catch (ModelFileException e) {
      requireWhole(); // what was beyond the end of a file that was cut may read as zeros
      throw e;
    } catch (IOException e) {
      throw problems.unreadable(e);
    }
  }

  private void copy(long from, byte[] into, int length) {
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, from, into, 0, length);
  }

  private void requireWhole() {
    try {
      if (file.length() < fileLength) {
        throw problems.shrunk();
      }
    } catch (IOException e) {
      throw problems.unreadable(e);
    }
  }
}
