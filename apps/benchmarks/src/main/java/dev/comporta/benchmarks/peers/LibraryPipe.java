package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The pipe to a library in a JVM of its own, so that libraries do not share threads, heap or
 * compiled code, and a native library that crashes ends that JVM only. {@link LibraryServer} is the
 * other end. An idle process waits for its pipe.
 */
public final class LibraryPipe implements Timed, AutoCloseable {
  static final int TIME = 't';
  static final int OK = 'k';
  static final int FAILED = 'f';

  private final String label;
  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;
  private boolean broken;

  private LibraryPipe(String label, Process process) {
    this.label = label;
    this.process = process;
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
  }

  /**
   * Starts the JVM.
   *
   * @param launch describes how to start it; its class runs a {@link LibraryServer}
   * @param arguments the arguments of its class
   * @throws UncheckedIOException if it does not start
   */
  public static LibraryPipe open(Launch launch, String... arguments) {
    return open(launch.label(), launch.command(arguments));
  }

  /**
   * Starts a program that answers the same requests.
   *
   * @param label its name in messages
   * @param command the words of the command
   * @throws UncheckedIOException if it does not start
   */
  static LibraryPipe open(String label, List<String> command) {
    try {
      return new LibraryPipe(
          label,
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(
          formatted("[benchmarks] the process of %s did not start: %s", label, e.getMessage()), e);
    }
  }

  /** Writes the body of a request. */
  public interface Writing {
    /** Writes to the pipe. */
    void to(DataOutputStream out) throws IOException;
  }

  /** Reads the body of an answer. */
  public interface Reading<T> {
    /** Reads from the pipe. */
    T from(DataInputStream in) throws IOException;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param kind the kind of the request, a byte
   * @throws IllegalStateException if the library refuses it; the message has the reason
   * @throws UncheckedIOException if the process ended
   */
  public <T> T request(int kind, Writing body, Reading<T> reading) {
    try {
      out.writeByte(kind);
      body.to(out);
      out.flush();
      int answer = in.readByte();
      if (answer == FAILED) {
        throw new IllegalStateException(
            formatted(
                "[benchmarks] %s refuses it: %s",
                label, Printable.sentence(Wire.readText(in).strip())));
      }
      if (answer != OK) {
        throw new IOException(formatted("expected the answer %d but got %d", OK, answer));
      }
      return reading.from(in);
    } catch (IOException e) {
      broken = true;
      throw new UncheckedIOException(
          formatted(
              "[benchmarks] the process of %s ended or closed its pipe; its errors are above",
              label),
          e);
    }
  }

  /** Sends a request whose answer has no body. */
  public void request(int kind, Writing body) {
    request(kind, body, _ -> true);
  }

  /** Measured inside the library's process. */
  @Override
  public double[] time(int samples, int executions) {
    return request(
        TIME,
        to -> {
          to.writeInt(samples);
          to.writeInt(executions);
        },
        Wire::readDoubles);
  }

  /** Whether the process ended or closed its pipe. */
  boolean isBroken() {
    return broken;
  }

  @Override
  public void close() {
    if (broken) {
      process.destroyForcibly();
      return;
    }
    try {
      out.close();
      process.waitFor();
    } catch (IOException e) {
      process.destroyForcibly();
      throw new UncheckedIOException(
          formatted("[benchmarks] cannot close the pipe to %s", label), e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
