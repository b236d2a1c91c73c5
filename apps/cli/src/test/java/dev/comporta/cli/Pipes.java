package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Named pipes to read from. */
final class Pipes {
  private Pipes() {}

  /** A pipe that gives a text once. */
  static Path giving(Path pipe, String text) throws Exception {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    Files.deleteIfExists(pipe);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Thread writer =
        new Thread(() -> {
          try (OutputStream out = Files.newOutputStream(pipe)) {
            out.write(content);
          } catch (IOException _) {
            // the reader has closed its end; what it has read is what counts
          }
        });
    writer.setDaemon(true);
    writer.start();
    return pipe;
  }
}
