package dev.comporta.fuzz;

import com.sun.management.ThreadMXBean;
import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What holds for every reader and all bytes: it returns or throws a {@link ComportaException} with
 * one sentence, soon, and allocates no more than the input's size explains.
 */
public final class Property {
  /** What a reader may allocate whatever the input: buffers, tables of names, messages. */
  private static final long ALLOWANCE = 64 << 20;

  /** What it may allocate for each byte, garbage included. */
  private static final long FOR_EACH_BYTE = 2_000;

  /** Of the processor's time, so that a busy machine makes no difference. */
  private static final long LONGEST_NANOSECONDS = 5_000_000_000L;

  private static final int LONGEST_MESSAGE = 4_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final Path FILE = temporaryFile();

  private Property() {}

  /** A reader of bytes. */
  @FunctionalInterface
  public interface Reader {
    /** Reads them, and may refuse them. */
    void read(Path file) throws IOException;
  }

  private static Path temporaryFile() {
    try {
      Path folder = Files.createTempDirectory("comporta-fuzz");
      folder.toFile().deleteOnExit();
      Path file = folder.resolve("case.safetensors"); // the one reader that goes by an ending
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an input has cost. */
  private record Cost(long bytes, long nanoseconds) {
    boolean isTooMuchFor(int length) {
      return bytes > ALLOWANCE + FOR_EACH_BYTE * length || nanoseconds > LONGEST_NANOSECONDS;
    }
  }

  /** Gives bytes in a file to a reader. */
  public static void holds(byte[] input, Reader reader) {
    // Once more if it was too much: the first time classes are loaded, and instrumented.
    if (cost(input, reader).isTooMuchFor(input.length)) {
      Cost again = cost(input, reader);
      if (again.isTooMuchFor(input.length)) {
        throw new AssertionError("%s for an input of %d bytes".formatted(again, input.length));
      }
    }
  }

  private static Cost cost(byte[] input, Reader reader) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long time = THREADS.getCurrentThreadCpuTime();
    try {
      Files.write(FILE, input);
      reader.read(FILE);
    } catch (ComportaException e) {
      String message = String.valueOf(e.getMessage());
      if (message.isBlank() || message.length() > LONGEST_MESSAGE) {
        throw new AssertionError("a message of " + message.length() + " characters", e);
      }
    } catch (IOException e) {
      throw new AssertionError("an exception that the command takes for a bug", e);
    }
    return new Cost(
        THREADS.getCurrentThreadAllocatedBytes() - bytes, THREADS.getCurrentThreadCpuTime() - time);
  }
}
