package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A named pipe; a thread writes a line to it whenever it is opened for reading. */
final class NamedPipe {
  final Path path;
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
                try {
                  Files.writeString(path, "a line\n");
                } catch (IOException e) {
                  // the reader has gone before it read the line
                }
              }
            });
  }

  void close() throws Exception {
    closed = true;
    RandomAccessFile end = new RandomAccessFile(path.toFile(), "rw"); // wakes the writer
    writer.join(1000);
    end.close();
  }
}
