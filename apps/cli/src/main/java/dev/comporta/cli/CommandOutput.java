package dev.comporta.cli;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A print writer that knows why writing failed: a full disk, or a pipe whose reader has ended. */
final class CommandOutput extends PrintWriter {
  private static final Path STANDARD = Path.of("/proc/self/fd/1"); // where the system has it

  private final Recorder recorder;
  private final boolean pipe;

  private CommandOutput(Recorder recorder, boolean pipe) {
    super(recorder, true);
    this.recorder = recorder;
    this.pipe = pipe;
  }

  /** Writes elsewhere, and flushes after each line. */
  static CommandOutput to(Writer target) {
    return new CommandOutput(new Recorder(target), false);
  }

  /** Standard output in UTF-8. */
  static CommandOutput standard() {
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    return new CommandOutput(
        new Recorder(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8))),
        isPipe());
  }

  private static boolean isPipe() {
    try {
      return Files.readSymbolicLink(STANDARD).toString().startsWith("pipe:");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // then the system's message decides
    }
  }

  /** Why writing failed; null if it has not. */
  @Nullable IOException failure() {
    flush();
    return recorder.failure;
  }

  /** Whether writing failed because what read the output has ended, as in {@code | head}. */
  boolean isClosedPipe() {
    IOException failure = failure();
    return failure != null
        && (pipe || String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("pipe"));
  }

  /** Keeps the exception that a print writer hides. */
  private static final class Recorder extends FilterWriter {
    private @Nullable IOException failure;

    Recorder(Writer target) {
      super(target);
    }

    private interface Work {
      void run() throws IOException;
    }

    private void recorded(Work work) throws IOException {
      try {
        work.run();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }

    @Override
    public void write(int c) throws IOException {
      recorded(() -> out.write(c));
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      recorded(() -> out.write(text, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      recorded(() -> out.write(text, offset, length));
    }

    @Override
    public void flush() throws IOException {
      recorded(out::flush);
    }
  }
}
