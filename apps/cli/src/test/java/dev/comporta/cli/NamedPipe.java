package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * A named pipe; a thread writes a line to it whenever it is opened for reading, a few times for
 * each {@link #offer}. Without that limit a busy machine turns it into an endless text: the next
 * line may come before the reader sees the end.
 */
final class NamedPipe {
  private static final int LINES = 3;

  final Path path;
  private final Semaphore lines = new Semaphore(0);
  private final Thread writer;
  private volatile boolean closed;

  NamedPipe(Path path) throws Exception {
    this.path = path;
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    writer =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!closed) {
                lines.acquireUninterruptibly();
                try {
                  Files.writeString(path, "a line\n");
                } catch (IOException e) {
                  // the reader has gone before it read the line
                }
              }
            });
  }

  /** Lets it be read by the next command. */
  void offer() {
    lines.drainPermits();
    lines.release(LINES);
  }

  void close() throws Exception {
    closed = true;
    lines.release();
    RandomAccessFile end = new RandomAccessFile(path.toFile(), "rw"); // wakes the writer
    writer.join(1000);
    end.close();
  }
}
