package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The library's end of a {@link LibraryPipe}. It has one piece of work at a time.
 *
 * @param <W> the work, such as a problem that was set up or a graph that was loaded
 */
public abstract class LibraryServer<W extends Repeatable> {
  /** Requests. */
  protected final DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));

  /** Answers. */
  protected final DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));

  private @Nullable W work;

  /** A server on standard input and output; other output is redirected to standard error. */
  protected LibraryServer() {
    System.setOut(System.err);
  }

  /**
   * Answers a request.
   *
   * @param request its kind
   * @return false if there is no such kind
   * @throws IOException if the pipe breaks
   */
  protected abstract boolean answer(int request) throws IOException;

  /**
   * Answers requests until the pipe closes.
   *
   * @throws IOException if the pipe breaks
   */
  protected final void serve() throws IOException {
    try (in;
        out) {
      for (int request = in.read(); request >= 0; request = in.read()) {
        if (request == LibraryPipe.TIME) {
          int samples = in.readInt();
          int executions = in.readInt();
          attempt(() -> begun().time(samples, executions), nanos -> Wire.writeDoubles(out, nanos));
        } else if (!answer(request)) {
          throw new IOException(formatted("[benchmarks] unknown request %d on the pipe", request));
        }
        out.flush();
      }
      end();
    }
  }

  /** Writes the body of an answer. */
  protected interface Answer<T> {
    /** Writes to the pipe. */
    void write(T result) throws IOException;
  }

  /** Answers with what was made, or with the reason why it could not be made. */
  protected final <T> void attempt(Supplier<T> attempt, Answer<T> answer) throws IOException {
    T result;
    try {
      result = attempt.get();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      out.writeByte(LibraryPipe.FAILED);
      Wire.writeText(out, e.getMessage() == null ? e.toString() : e.getMessage());
      return;
    }
    out.writeByte(LibraryPipe.OK);
    answer.write(result);
  }

  /** Does what has no result. */
  protected final void attempt(Runnable attempt) throws IOException {
    attempt(
        () -> {
          attempt.run();
          return true;
        },
        _ -> {});
  }

  /** Ends the work before, and begins other work. */
  protected final void begin(Supplier<W> next) {
    end();
    work = next.get();
  }

  /** The work that was begun. */
  protected final W begun() {
    if (work == null) {
      throw new IllegalStateException("[benchmarks] expected work that was begun but got none");
    }
    return work;
  }

  /** Ends the work, if there is any. */
  protected final void end() {
    if (work != null) {
      work.close();
      work = null;
    }
  }
}
